using HealthApi.Api.Tests.Support.Http;
using HealthApi.Core.Integrations;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Integrations;

internal sealed class StripeTranslatorTests
{
    private const string MonthlyPrice =
        """{"id":"price_1","currency":"usd","unit_amount":4900,"unit_amount_decimal":"4900","billing_scheme":"per_unit","recurring":{"interval":"month","interval_count":1,"usage_type":"licensed"}}""";

    [TestCase("invoice.finalized", "billing.invoice_issued")]
    [TestCase("invoice.paid", "billing.invoice_paid")]
    [TestCase("invoice.payment_succeeded", "billing.invoice_paid")]
    [TestCase("invoice.payment_failed", "billing.payment_failed")]
    [TestCase("invoice.overdue", "billing.invoice_overdue")]
    public void An_invoice_event_becomes_a_billing_event(string kind, string type)
    {
        var change = Change(
            kind,
            """{"id":"in_1","object":"invoice","customer":"cus_1","currency":"usd","amount_due":12050,"amount_paid":12050,"amount_remaining":12050,"due_date":1793534400,"subscription":"sub_1"}""");
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
    public void The_subscription_of_an_invoice_is_read_in_the_current_API_shape_too()
    {
        var change = Change(
            "invoice.paid",
            """{"id":"in_1","customer":{"id":"cus_2","object":"customer"},"parent":{"type":"subscription_details","subscription_details":{"subscription":"sub_9"}}}""");
        Assert.That(change.Customer, Is.EqualTo("cus_2"), "an expanded customer is the same customer");
        Assert.That(change.Events.Single().Data["subscriptionId"]!.GetValue<string>(), Is.EqualTo("sub_9"));
    }

    [TestCase("usd", 1050, 10.50)]
    [TestCase("jpy", 1050, 1050)]
    [TestCase("krw", 7, 7)]
    [TestCase("kwd", 1050, 1.05)]
    [TestCase("isk", 1000, 10)]
    public void Amounts_are_converted_with_the_decimals_of_their_currency(string currency, int minor, double major)
    {
        var change = Change("charge.failed", $$"""{"id":"ch_1","customer":"cus_1","amount":{{minor}},"currency":"{{currency}}"}""");
        Assert.That(change.Events.Single().Data["amount"]!.GetValue<decimal>(), Is.EqualTo((decimal)major));
    }

    [TestCase("month", 1, 12000, 2, 240)]
    [TestCase("month", 3, 12000, 1, 40)]
    [TestCase("year", 1, 12000, 1, 10)]
    [TestCase("week", 1, 1200, 1, 52)]
    [TestCase("day", 1, 120, 1, 36.5)]
    public void Revenue_is_converted_to_one_month(string interval, int every, int unit, int quantity, double mrr)
    {
        var price = $$"""{"currency":"usd","unit_amount":{{unit}},"recurring":{"interval":"{{interval}}","interval_count":{{every}} } }""";
        Assert.That(Terms($$"""{"price":{{price}},"quantity":{{quantity}}}""")["mrr"]!.GetValue<decimal>(), Is.EqualTo((decimal)mrr));
    }

    [Test]
    public void In_the_API_shape_of_2020_items_have_plans_and_the_subscription_has_the_period()
    {
        var change = Change("customer.subscription.updated", """
            {"id":"sub_1","customer":"cus_1","status":"active","current_period_end":1795341000,
             "items":{"data":[{"quantity":3,"plan":{"amount":1000,"currency":"eur","interval":"month","interval_count":1,"usage_type":"licensed"}}]}}
            """);
        var data = change.Events.Single().Data;
        Assert.That(data.ToJsonString(), Is.EqualTo(
            """{"subscriptionId":"sub_1","mrr":30,"currency":"EUR","licences":3,"termMonths":1,"currentPeriodEnd":"2026-11-22T09:50:00Z","cancelAtPeriodEnd":false,"paused":false}"""));
    }

    [Test]
    public void In_the_current_API_shape_items_have_the_period_and_tiered_or_metered_prices_add_no_MRR()
    {
        var data = Terms(
            $$"""{"price":{{MonthlyPrice}},"quantity":10,"current_period_end":1795341000}""",
            """{"price":{"currency":"usd","billing_scheme":"tiered","unit_amount":null,"recurring":{"interval":"month","interval_count":1}},"quantity":4,"current_period_end":1799999999}""",
            """{"price":{"currency":"usd","unit_amount":5,"recurring":{"interval":"month","interval_count":1,"usage_type":"metered"}},"current_period_end":1799999999}""");
        Assert.That(data.ToJsonString(), Is.EqualTo(
            """{"subscriptionId":"sub_1","mrr":490,"currency":"USD","licences":14,"plan":"price_1","termMonths":1,"currentPeriodEnd":"2026-11-22T09:50:00Z","cancelAtPeriodEnd":false,"paused":false}"""));
    }

    [Test]
    public void An_update_that_extends_the_period_is_also_a_renewal()
    {
        var items = $$"""{"data":[{"price":{{MonthlyPrice}},"quantity":1,"current_period_end":1795341000}]}""";
        var before = """{"items":{"data":[{"current_period_end":1792749000}]}}""";
        var change = Change("customer.subscription.updated", $$"""{"customer":"cus_1","status":"active","items":{{items}}}""", before);
        Assert.That(
            change.Events.Select(e => (e.Id, e.Type)),
            Is.EqualTo(new[] { ("evt_1", "billing.subscription_changed"), ("evt_1:renewed", "billing.renewed") }));
    }

    [TestCase("customer.subscription.deleted", "canceled")]
    [TestCase("customer.subscription.updated", "canceled")]
    public void An_ended_subscription_is_cancelled_as_of_its_end(string kind, string status)
    {
        var change = Change(
            kind,
            $$"""{"id":"sub_1","customer":"cus_1","status":"{{status}}","ended_at":1793534000,"items":{"data":[{"price":{{MonthlyPrice}},"quantity":1}]} }""");
        Assert.That(change.Events.Single().Type, Is.EqualTo("billing.subscription_cancelled"));
        Assert.That(
            change.Events.Single().Data.ToJsonString(), Is.EqualTo("""{"subscriptionId":"sub_1","endsAt":"2026-11-01T11:53:20Z"}"""));
    }

    [TestCase("trialing", false)]
    [TestCase("active", false)]
    [TestCase("past_due", false)]
    [TestCase("unpaid", true)]
    [TestCase("paused", true)]
    public void The_status_of_a_subscription_decides_whether_it_is_paused(string status, bool paused)
    {
        var change = Change(
            "customer.subscription.updated",
            $$"""{"id":"sub_1","customer":"cus_1","status":"{{status}}","items":{"data":[{"price":{{MonthlyPrice}},"quantity":2}]} }""");
        Assert.That(change.Events.Single().Type, Is.EqualTo("billing.subscription_changed"));
        Assert.That(change.Events.Single().Data["paused"]!.GetValue<bool>(), Is.EqualTo(paused));
        Assert.That(change.Events.Single().Data["mrr"]!.GetValue<decimal>(), Is.EqualTo(98));
    }

    [TestCase("incomplete")]
    [TestCase("incomplete_expired")]
    public void A_subscription_that_never_began_gives_no_event(string status) => Assert.That(
        Vendors.Translate(
            Vendor.Stripe,
            $$"""{"id":"evt_1","type":"customer.subscription.created","created":1793534400,"data":{"object":{"id":"sub_1","customer":"cus_1","status":"{{status}}" } } }""").Single(),
        Is.InstanceOf<SilentPart>());

    [Test]
    public void A_scheduled_cancellation_carries_its_end()
    {
        var data = Change(
            "customer.subscription.updated",
            """{"id":"sub_1","customer":"cus_1","status":"active","cancel_at_period_end":true,"cancel_at":1795341000,"current_period_end":1795341000,"items":{"data":[]}}""").Events.Single().Data;
        Assert.That(data.ToJsonString(), Is.EqualTo(
            """{"subscriptionId":"sub_1","currentPeriodEnd":"2026-11-22T09:50:00Z","cancelAtPeriodEnd":true,"endsAt":"2026-11-22T09:50:00Z","paused":false}"""));
    }

    [TestCase("month", 1, 1)]
    [TestCase("month", 6, 6)]
    [TestCase("year", 1, 12)]
    [TestCase("year", 3, 36)]
    [TestCase("week", 1, 1)]
    [TestCase("week", 13, 3)]
    [TestCase("day", 90, 3)]
    public void The_billing_interval_gives_the_term_in_months(string interval, int every, int months)
    {
        var price = $$"""{"currency":"usd","unit_amount":100,"recurring":{"interval":"{{interval}}","interval_count":{{every}} } }""";
        Assert.That(Terms($$"""{"price":{{price}},"quantity":1}""")["termMonths"]!.GetValue<int>(), Is.EqualTo(months));
    }

    [Test]
    public void The_item_with_the_longest_interval_decides_the_term_and_the_period()
    {
        var year = """{"currency":"usd","unit_amount_decimal":"120000.5","recurring":{"interval":"year","interval_count":1}}""";
        var data = Terms(
            $$"""{"price":{{MonthlyPrice}},"quantity":1,"current_period_end":1795341000}""",
            $$"""{"price":{{year}},"quantity":1,"current_period_end":1799999999}""");
        Assert.That(
            (data["termMonths"]!.GetValue<int>(), data["currentPeriodEnd"]!.GetValue<string>()), Is.EqualTo((12, "2027-01-15T07:59:59Z")));
        Assert.That(data["mrr"]!.GetValue<decimal>(), Is.EqualTo(149.0004m));
    }

    [TestCase("up", 3)]
    [TestCase("down", 2)]
    public void A_price_per_package_is_multiplied_by_the_rounded_number_of_packages(string round, int packages)
    {
        var price =
            $$"""{"currency":"usd","unit_amount":1000,"transform_quantity":{"divide_by":10,"round":"{{round}}"},"recurring":{"interval":"month","interval_count":1} }""";
        Assert.That(Terms($$"""{"price":{{price}},"quantity":25}""")["mrr"]!.GetValue<decimal>(), Is.EqualTo(10 * packages));
    }

    [Test]
    public void A_customer_event_gives_the_account_its_name_and_links_the_customer_to_it()
    {
        var change = Change("customer.created", """{"id":"cus_1","object":"customer","name":"Acme Inc","metadata":{"accountId":"acme"}}""");
        Assert.That(change.Facts!.Values["name"], Is.EqualTo("Acme Inc"));
        Assert.That(change.Links.Single(), Has.Property("From").EqualTo("cus_1").And.Property("To").EqualTo("acme"));
    }

    [Test]
    public void An_unknown_kind_is_unmapped_and_keeps_its_name() => Assert.That(
        Vendors.Translate(Vendor.Stripe, """{"id":"evt_9","type":"radar.early_fraud_warning.created","data":{"object":{"id":"issfr_1"}}}""")
        .Single(),
        Is.InstanceOf<UnmappedPart>().With.Property("Kind").EqualTo("radar.early_fraud_warning.created"));

    private static System.Text.Json.Nodes.JsonObject Terms(params string[] items) =>
        Change(
            "customer.subscription.created",
            $$"""{"id":"sub_1","customer":"cus_1","status":"active","items":{"data":[{{string.Join(',', items)}}]} }""").Events.Single().Data;

    private static InboundChange Change(string kind, string about, string previous = "null") => (InboundChange)Vendors.Translate(
        Vendor.Stripe,
        $$"""{"id":"evt_1","object":"event","type":"{{kind}}","created":1793534400,"data":{"object":{{about}},"previous_attributes":{{previous}} } }""").Single();
}
