using HealthApi.Api.Tests.Support;
using HealthApi.Core.Integrations;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Integrations;

internal sealed class StripeTranslatorTests
{
    private const string MonthlyPrice = """{"id":"price_1","currency":"usd","unit_amount":4900,"unit_amount_decimal":"4900","billing_scheme":"per_unit","recurring":{"interval":"month","interval_count":1,"usage_type":"licensed"}}""";

    [TestCase("invoice.finalized", "billing.invoice_issued")]
    [TestCase("invoice.paid", "billing.invoice_paid")]
    [TestCase("invoice.payment_succeeded", "billing.invoice_paid")]
    [TestCase("invoice.payment_failed", "billing.payment_failed")]
    [TestCase("invoice.overdue", "billing.invoice_overdue")]
    public void Invoices(string kind, string type)
    {
        var change = Change(kind, """{"id":"in_1","object":"invoice","customer":"cus_1","currency":"usd","amount_due":12050,"amount_paid":12050,"amount_remaining":12050,"due_date":1793534400,"subscription":"sub_1"}""");
        var data = change.Events.Single().Data;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(change.Customer, Is.EqualTo("cus_1"));
            Assert.That(change.Events.Single().Type, Is.EqualTo(type));
            Assert.That(change.Events.Single().Id, Is.EqualTo("evt_1"));
            Assert.That(data["amount"]!.GetValue<decimal>(), Is.EqualTo(120.5m));
            Assert.That(data["currency"]!.GetValue<string>(), Is.EqualTo("USD"));
            Assert.That(data["invoiceId"]!.GetValue<string>(), Is.EqualTo("in_1"));
            Assert.That(data["dueDate"]!.GetValue<string>(), Is.EqualTo("2026-11-01T12:00:00Z"));
            Assert.That(data["subscriptionId"]!.GetValue<string>(), Is.EqualTo("sub_1"));
        }
    }

    [Test]
    public void An_invoice_names_its_subscription_in_the_present_shape_too()
    {
        var change = Change("invoice.paid", """{"id":"in_1","customer":{"id":"cus_2","object":"customer"},"parent":{"type":"subscription_details","subscription_details":{"subscription":"sub_9"}}}""");
        Assert.That(change.Customer, Is.EqualTo("cus_2"), "an expanded customer is the same customer");
        Assert.That(change.Events.Single().Data["subscriptionId"]!.GetValue<string>(), Is.EqualTo("sub_9"));
    }

    [TestCase("usd", 1050, 10.50)]
    [TestCase("jpy", 1050, 1050)]
    [TestCase("krw", 7, 7)]
    [TestCase("kwd", 1050, 1.05)]
    [TestCase("isk", 1000, 10)]
    public void Amounts_have_the_decimals_of_their_currency(string currency, int minor, double major)
    {
        var change = Change("charge.failed", $$"""{"id":"ch_1","customer":"cus_1","amount":{{minor}},"currency":"{{currency}}"}""");
        Assert.That(change.Events.Single().Data["amount"]!.GetValue<decimal>(), Is.EqualTo((decimal)major));
    }

    [TestCase("month", 1, 12000, 2, 240)]
    [TestCase("month", 3, 12000, 1, 40)]
    [TestCase("year", 1, 12000, 1, 10)]
    [TestCase("week", 1, 1200, 1, 52)]
    [TestCase("day", 1, 120, 1, 36.5)]
    public void Revenue_is_told_by_the_month(string interval, int every, int unit, int quantity, double mrr)
    {
        var price = $$"""{"currency":"usd","unit_amount":{{unit}},"recurring":{"interval":"{{interval}}","interval_count":{{every}} } }""";
        Assert.That(Terms($$"""{"price":{{price}},"quantity":{{quantity}}}""")["mrr"]!.GetValue<decimal>(), Is.EqualTo((decimal)mrr));
    }

    [Test]
    public void The_shape_of_2020_has_plans_and_the_period_on_the_subscription()
    {
        var change = Change("customer.subscription.updated", """
            {"id":"sub_1","customer":"cus_1","status":"active","current_period_end":1795341000,
             "items":{"data":[{"quantity":3,"plan":{"amount":1000,"currency":"eur","interval":"month","interval_count":1,"usage_type":"licensed"}}]}}
            """);
        var data = change.Events.Single().Data;
        Assert.That(data.ToJsonString(), Is.EqualTo("""{"mrr":30,"currency":"EUR","licences":3,"renewalDate":"2026-11-22T09:50:00Z"}"""));
    }

    [Test]
    public void The_present_shape_has_the_period_on_the_items_and_tiers_and_meters_have_no_figure()
    {
        var data = Terms(
            $$"""{"price":{{MonthlyPrice}},"quantity":10,"current_period_end":1795341000}""",
            """{"price":{"currency":"usd","billing_scheme":"tiered","unit_amount":null,"recurring":{"interval":"month","interval_count":1}},"quantity":4,"current_period_end":1799999999}""",
            """{"price":{"currency":"usd","unit_amount":5,"recurring":{"interval":"month","interval_count":1,"usage_type":"metered"}},"current_period_end":1799999999}""");
        Assert.That(data.ToJsonString(), Is.EqualTo("""{"mrr":490,"currency":"USD","licences":14,"renewalDate":"2026-11-22T09:50:00Z"}"""));
    }

    [Test]
    public void An_update_that_moves_the_period_on_is_a_renewal()
    {
        var items = $$"""{"data":[{"price":{{MonthlyPrice}},"quantity":1,"current_period_end":1795341000}]}""";
        var before = """{"items":{"data":[{"current_period_end":1792749000}]}}""";
        var change = Change("customer.subscription.updated", $$"""{"customer":"cus_1","status":"active","items":{{items}}}""", before);
        Assert.That(change.Events.Select(e => (e.Id, e.Type)), Is.EqualTo(new[] { ("evt_1", "billing.subscription_changed"), ("evt_1:renewed", "billing.renewed") }));
    }

    [Test]
    public void A_deleted_subscription_is_worth_nothing()
    {
        var change = Change("customer.subscription.deleted", $$"""{"customer":"cus_1","status":"canceled","items":{"data":[{"price":{{MonthlyPrice}},"quantity":1}]} }""");
        Assert.That(change.Events.Single().Type, Is.EqualTo("billing.subscription_cancelled"));
        Assert.That(change.Events.Single().Data["mrr"]!.GetValue<decimal>(), Is.Zero);
    }

    [Test]
    public void A_customer_tells_its_name_and_its_account()
    {
        var change = Change("customer.created", """{"id":"cus_1","object":"customer","name":"Acme Inc","metadata":{"accountId":"acme"}}""");
        Assert.That(change.Facts!.Values["name"], Is.EqualTo("Acme Inc"));
        Assert.That(change.Links.Single(), Has.Property("From").EqualTo("cus_1").And.Property("To").EqualTo("acme"));
    }

    [Test]
    public void Other_kinds_are_kept_by_name() => Assert.That(
        Vendors.Translate(Vendor.Stripe, """{"id":"evt_9","type":"radar.early_fraud_warning.created","data":{"object":{"id":"issfr_1"}}}""").Single(),
        Is.InstanceOf<UnmappedPart>().With.Property("Kind").EqualTo("radar.early_fraud_warning.created"));

    private static System.Text.Json.Nodes.JsonObject Terms(params string[] items) =>
        Change("customer.subscription.created", $$"""{"id":"sub_1","customer":"cus_1","status":"active","items":{"data":[{{string.Join(',', items)}}]} }""").Events.Single().Data;

    private static InboundChange Change(string kind, string about, string previous = "null") => (InboundChange)Vendors.Translate(
        Vendor.Stripe, $$"""{"id":"evt_1","object":"event","type":"{{kind}}","created":1793534400,"data":{"object":{{about}},"previous_attributes":{{previous}} } }""").Single();
}
