using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;
using Stripe;

namespace HealthApi.Api.Tests.Api.Integrations;

/// <summary>Events built, serialized and signed by Stripe's own library; the service runs with its worker.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StockStripeTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;
    private JsonElement _integration;
    private int _events;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [SetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind, clock: _clock);
        _integration = await _service.CreateIntegrationAsync("stripe");
        await _service.PutAsync("/v1/accounts/acme", new { name = "Acme", externalIds = new { stripe = "cus_1" } });
    }

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task A_Stripe_subscription_sets_the_accounts_terms_and_its_deletion_churns_the_account()
    {
        var running = Subscription(quantity: 5);
        await AcceptedAsync(Happened(EventTypes.CustomerSubscriptionCreated, running));
        var shown = (await _service.ListAsync("/v1/accounts/acme/subscriptions")).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(shown.GetProperty("subscriptionId").GetString(), Is.EqualTo("sub_1"));
            Assert.That((shown.GetProperty("mrr").GetDecimal(), shown.GetProperty("currency").GetString()), Is.EqualTo((245m, "EUR")));
            Assert.That((shown.GetProperty("licences").GetInt32(), shown.GetProperty("plan").GetString()), Is.EqualTo((5, "Team")));
            Assert.That(shown.GetProperty("termMonths").GetInt32(), Is.EqualTo(1));
            Assert.That(shown.GetProperty("currentPeriodEnd").GetDateTimeOffset(), Is.EqualTo(Now.AddDays(20)));
            Assert.That(shown.GetProperty("status").GetString(), Is.EqualTo("running"));
        }

        _clock.Advance(TimeSpan.FromMinutes(1));
        (running.Status, running.EndedAt) = (SubscriptionStatuses.Canceled, Now.UtcDateTime);
        await AcceptedAsync(Happened(EventTypes.CustomerSubscriptionDeleted, running));
        Assert.That((await _service.GetAsync("/v1/accounts/acme")).GetProperty("churnedAt").GetDateTimeOffset(), Is.EqualTo(Now));
    }

    [Test]
    public async Task A_Stripe_update_changes_the_licences_and_schedules_the_cancellation()
    {
        await AcceptedAsync(Happened(EventTypes.CustomerSubscriptionCreated, Subscription(quantity: 5)));
        _clock.Advance(TimeSpan.FromMinutes(1));
        var fewer = Subscription(quantity: 3);
        (fewer.CancelAtPeriodEnd, fewer.CancelAt) = (true, Now.AddDays(20).UtcDateTime);
        await AcceptedAsync(Happened(EventTypes.CustomerSubscriptionUpdated, fewer));
        var shown = (await _service.ListAsync("/v1/accounts/acme/subscriptions")).Single();
        Assert.That((shown.GetProperty("licences").GetInt32(), shown.GetProperty("mrr").GetDecimal()), Is.EqualTo((3, 147m)));
        Assert.That(
            (shown.GetProperty("cancelAtPeriodEnd").GetBoolean(), shown.GetProperty("endsAt").GetDateTimeOffset()),
            Is.EqualTo((true, Now.AddDays(20))));
    }

    [Test]
    public async Task An_overdue_invoice_makes_the_account_overdue_until_it_is_paid()
    {
        var invoice = new Invoice
        {
            Id = "in_1",
            Object = "invoice",
            CustomerId = "cus_1",
            Currency = "eur",
            AmountDue = 24_500,
            AmountRemaining = 24_500,
            DueDate = Now.AddDays(-20).UtcDateTime,
            Parent = new InvoiceParent { SubscriptionDetails = new InvoiceParentSubscriptionDetails { SubscriptionId = "sub_1" } },
        };
        await AcceptedAsync(Happened(EventTypes.InvoiceOverdue, invoice));
        Assert.That(await SignalAsync("paymentStatus"), Is.EqualTo("overdue"));
        Assert.That((await EventsAsync()).Single().GetProperty("data").GetRawText(), Is.EqualTo(
            """{"amount":245,"currency":"EUR","invoiceId":"in_1","dueDate":"2026-10-31T09:00:00Z","subscriptionId":"sub_1"}"""));

        _clock.Advance(TimeSpan.FromMinutes(1));
        (invoice.AmountPaid, invoice.AmountRemaining) = (24_500, 0);
        await AcceptedAsync(Happened(EventTypes.InvoicePaid, invoice));
        Assert.That(await SignalAsync("paymentStatus"), Is.EqualTo("current"));
    }

    [Test]
    public async Task The_metadata_of_a_customer_names_its_account()
    {
        await _service.PutAsync("/v1/accounts/other", new { name = "other" });
        var customer = new Customer { Id = "cus_2", Object = "customer", Name = "Other Inc", Metadata = new() { ["accountId"] = "other" } };
        using (var response = await DeliverAsync(Happened(EventTypes.CustomerUpdated, customer)))
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), await response.Content.ReadAsStringAsync());
        var paid = new Invoice { Id = "in_2", Object = "invoice", CustomerId = "cus_2", Currency = "usd", AmountPaid = 100 };
        await AcceptedAsync(Happened(EventTypes.InvoicePaid, paid));
        Assert.That(
            (await _service.ListAsync("/v1/accounts/other/timeline?kinds=event")).Single().GetProperty("type").GetString(),
            Is.EqualTo("billing.invoice_paid"));
    }

    [Test]
    public async Task A_repeated_delivery_changes_nothing()
    {
        var happened = Happened(EventTypes.CustomerSubscriptionCreated, Subscription(quantity: 5));
        for (var time = 0; time < 3; time++) await AcceptedAsync(happened);
        Assert.That(await EventsAsync(), Has.Count.EqualTo(1));
        var stats = await _service.GetAsync("/v1/ingestion/stats");
        Assert.That((stats.GetProperty("processed").GetInt32(), stats.GetProperty("duplicates").GetInt32()), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task A_signature_is_valid_for_its_body_its_secret_and_five_minutes()
    {
        var body = Happened(EventTypes.InvoicePaid, new Invoice { Id = "in_1", Object = "invoice", CustomerId = "cus_1" }).ToJson();
        var good = EventUtility.GenerateSignatureHeader(body, Vendors.Secret, Now.ToUnixTimeSeconds());
        string[] headers =
        [
            good,
            EventUtility.GenerateSignatureHeader(
                body, Vendors.Secret, Now.AddSeconds(-EventUtility.DefaultTimeTolerance).ToUnixTimeSeconds()),
            EventUtility.GenerateSignatureHeader(
                body, Vendors.Secret, Now.AddSeconds(-EventUtility.DefaultTimeTolerance - 1).ToUnixTimeSeconds()),
            EventUtility.GenerateSignatureHeader(body, "another-secret-of-the-tests", Now.ToUnixTimeSeconds()),
            EventUtility.GenerateSignatureHeader(body + " ", Vendors.Secret, Now.ToUnixTimeSeconds()),
        ];
        var statuses = new List<int>();
        foreach (var header in headers) statuses.Add(await StatusAsync(body, header));
        Assert.That(statuses, Is.EqualTo((int[])[202, 202, 401, 401, 401]));
        Assert.That(
            headers.Select(header => Verifies(body, header)), Is.EqualTo(statuses.Select(status => status == 202)),
            "the library accepts and refuses the same signatures");
    }

    private Subscription Subscription(long quantity) => new()
    {
        Id = "sub_1",
        Object = "subscription",
        CustomerId = "cus_1",
        Status = SubscriptionStatuses.Active,
        Currency = "eur",
        Items = new StripeList<SubscriptionItem> { Data = [Seats(quantity)] },
    };

    private SubscriptionItem Seats(long quantity) => new()
    {
        Id = "si_1",
        Object = "subscription_item",
        Quantity = quantity,
        CurrentPeriodStart = Now.AddDays(-10).UtcDateTime,
        CurrentPeriodEnd = new DateTime(2026, 12, 10, 9, 0, 0, DateTimeKind.Utc),
        Price = new Price
        {
            Id = "price_1",
            Object = "price",
            Nickname = "Team",
            Currency = "eur",
            BillingScheme = "per_unit",
            UnitAmount = 4_900,
            UnitAmountDecimal = 4_900,
            Recurring = new PriceRecurring { Interval = "month", IntervalCount = 1, UsageType = "licensed" },
        },
    };

    private Event Happened(string type, IHasObject about) => new()
    {
        Id = $"evt_{++_events}",
        Object = "event",
        ApiVersion = StripeConfiguration.ApiVersion,
        Type = type,
        Created = Now.UtcDateTime,
        Data = new EventData { Object = about },
    };

    /// <summary>Delivers an event, asserts that it is accepted for a known account, and waits until it is processed.</summary>
    private async Task AcceptedAsync(Event happened)
    {
        using var response = await DeliverAsync(happened);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), await response.Content.ReadAsStringAsync());
        Assert.That((await response.ReadJsonAsync()).GetProperty("accepted").GetInt32(), Is.EqualTo(1), happened.ToJson());
        await _service.SettledAsync();
    }

    private Task<HttpResponseMessage> DeliverAsync(Event happened)
    {
        var body = happened.ToJson();
        return PostAsync(body, EventUtility.GenerateSignatureHeader(body, Vendors.Secret, Now.ToUnixTimeSeconds()));
    }

    private async Task<int> StatusAsync(string body, string signature)
    {
        using var response = await PostAsync(body, signature);
        return (int)response.StatusCode;
    }

    private async Task<HttpResponseMessage> PostAsync(string body, string signature)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post, _integration.GetProperty("url").GetString()) { Content = TestRequests.Text(body) };
        request.Headers.Add("Stripe-Signature", signature);
        return await _service.Client.SendAsync(request);
    }

    private bool Verifies(string body, string signature)
    {
        try
        {
            EventUtility.ValidateSignature(body, signature, Vendors.Secret, EventUtility.DefaultTimeTolerance, Now.ToUnixTimeSeconds());
            return true;
        }
        catch (StripeException)
        {
            return false;
        }
    }

    private Task<IReadOnlyList<JsonElement>> EventsAsync() => _service.ListAsync("/v1/accounts/acme/timeline?kinds=event");

    private async Task<string?> SignalAsync(string name) =>
        (await _service.GetAsync("/v1/accounts/acme/signals")).GetProperty("signals").GetProperty(name).GetProperty("value").GetString();
}
