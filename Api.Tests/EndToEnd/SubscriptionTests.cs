using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Webhooks;
using NUnit.Framework;
using static HealthApi.Api.Tests.Api.Explaining.ExplainingRig;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>
/// Subscriptions of accounts: billing events set the account's MRR in every view, and the end of the last subscription is a churn.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SubscriptionTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;
    private WebhookReceiver _receiver = null!;
    private int _events;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [SetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind, clock: _clock);
        _receiver = await WebhookReceiver.StartAsync();
        await _service.PostAsync(
            "/v1/webhooks", new { url = _receiver.Url.ToString(), eventTypes = new[] { WebhookEventTypes.AccountChurned } });
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _service.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Test]
    public async Task An_add_on_and_its_end_do_not_change_the_other_subscription()
    {
        await _service.PutAsync("/v1/accounts/acme", new { name = "Acme" });
        await PostEventAsync(
            "billing.subscription_changed",
            new { subscriptionId = "base", mrr = 2000, licences = 50, termMonths = 12, currentPeriodEnd = Now.AddDays(200) });
        await PostEventAsync("billing.subscription_changed", new { subscriptionId = "add-on", mrr = 15, licences = 0, termMonths = 1 });
        Assert.That(await TermsAsync(), Is.EqualTo("2015 24180 50"));
        await PostEventAsync("billing.subscription_cancelled", new { subscriptionId = "add-on" });
        Assert.That(await TermsAsync(), Is.EqualTo("2000 24000 50"));
        Assert.That(await IndicatorsAsync(), Is.Empty, "nothing is known of 90 days ago");
        var shown = (await _service.GetAsync("/v1/accounts/acme/subscriptions")).Data();
        Assert.That(
            shown.Select(one => $"{one.Text("subscriptionId")} {one.Text("status")} {one.Text("currency")}"),
            Is.EqualTo(new[] { "add-on ended USD", "base running USD" }));
    }

    [Test]
    public async Task A_cancelled_monthly_plan_churns_the_account_at_its_end_and_a_new_plan_ends_the_churn()
    {
        await _service.PutAsync("/v1/accounts/acme", new { name = "Acme", customerSince = Now.AddDays(-400) });
        await PostEventAsync(
            "billing.subscription_changed",
            new { subscriptionId = "m", mrr = 100, termMonths = 1, currentPeriodEnd = Now.AddDays(20), renewalDate = Now.AddDays(20) });
        await PostEventAsync("usage.login", new { userId = "u" });
        Assert.That(
            (await IndicatorsAsync(), (await AccountAsync()).Text("phase")), Is.EqualTo(("", "maturity")),
            "a plan that renews itself has no renewal");

        await PostEventAsync("billing.subscription_changed", new { subscriptionId = "m", cancelAtPeriodEnd = true });
        Assert.That(await IndicatorsAsync(), Is.EqualTo("cancellation_scheduled"));
        Assert.That(await SignalAsync("cancellationScheduled"), Is.EqualTo(20));

        await _service.AdvanceAsync(_clock, TimeSpan.FromDays(20));
        var notice = (await _receiver.WaitForAsync(1)).Single().Json;
        Assert.That(notice.GetProperty("data").GetProperty("churnedAt").GetDateTimeOffset(), Is.EqualTo(Now));
        var account = await AccountAsync();
        Assert.That(
            (account.Text("phase"), account.GetProperty("churnedAt").GetDateTimeOffset(), account.GetProperty("mrr").GetDecimal()),
            Is.EqualTo(("churned", Now, 0m)));
        Assert.That(
            (await _service.GetAsync("/v1/accounts?phase=churned&sort=-churnedAt")).Data().Single().GetProperty("churnedAt")
            .GetDateTimeOffset(), Is.EqualTo(Now));

        await PostEventAsync("billing.subscription_changed", new { subscriptionId = "new", mrr = 50 }, Now.AddSeconds(1));
        account = await AccountAsync();
        Assert.That((account.Text("phase"), account.GetProperty("churnedAt").ValueKind), Is.EqualTo(("maturity", JsonValueKind.Null)));
    }

    [Test]
    public async Task The_list_the_account_the_roll_up_and_messages_show_the_same_values()
    {
        await _service.PutAsync(
            "/v1/accounts/acme", new { name = "Acme", mrr = 10, licences = 3, renewalDate = Now.AddDays(700), parentId = "group" });
        await _service.PutAsync("/v1/accounts/group", new { name = "Group" });
        await PostEventAsync(
            "billing.subscription_changed",
            new
            {
                subscriptionId = "base",
                mrr = 3000.5,
                licences = 40,
                currency = "EUR",
                termMonths = 12,
                currentPeriodEnd = Now.AddDays(120)
            },
            Now.AddSeconds(1));
        await _service.PutAsync("/v1/accounts/small", new { name = "Small", mrr = 20, licences = 50 });
        var account = await AccountAsync();
        foreach (var sort in (string[])["-mrr", "-arr", "licences", "-renewalDate"])
        {
            var first = (await _service.GetAsync("/v1/accounts?sort=" + sort)).Data()
                .First(one => one.GetProperty(sort.TrimStart('-')).ValueKind != JsonValueKind.Null);
            Assert.That(first.Text("id"), Is.EqualTo("acme"), sort);
            foreach (var field in (string[])["mrr", "arr", "licences", "renewalDate", "currency", "churnedAt", "segment", "phase"])
                Assert.That(first.GetProperty(field).GetRawText(), Is.EqualTo(account.GetProperty(field).GetRawText()), field);
        }

        Assert.That(account.GetProperty("arr").GetDecimal(), Is.EqualTo(36_006));
        var child = (await _service.GetAsync("/v1/accounts/group/roll-up")).GetProperty("children")[0];
        Assert.That(child.GetProperty("arr").GetDecimal(), Is.EqualTo(36_006));

        await _service.PostAsync(
            "/v1/webhooks", new { url = _receiver.Url.ToString(), eventTypes = new[] { WebhookEventTypes.ChurnRiskThresholdCrossed } });
        await PostEventAsync("usage.login", new { userId = "u" });
        await PostEventAsync("relationship.champion_left", new { });
        var message = (await _receiver.WaitForAsync(1)).Single().Json.GetProperty("data").GetProperty("account");
        Assert.That(message.GetProperty("arr").GetDecimal(), Is.EqualTo(36_006));

        await _service.PutAsync(
            "/v1/accounts/acme", new { name = "Acme Inc", mrr = 10, licences = 3, renewalDate = Now.AddDays(700), parentId = "group" });
        var listed = (await _service.GetAsync("/v1/accounts?q=inc")).Data().Single();
        Assert.That(listed.GetProperty("mrr").GetDecimal(), Is.EqualTo(3000.5m),
            "the list has the value before the account is evaluated again");
    }

    [Test]
    public async Task A_subscription_in_another_currency_is_listed_and_not_added_to_the_MRR()
    {
        await _service.PutAsync("/v1/accounts/acme", new { name = "Acme", currency = "EUR" });
        await PostEventAsync("billing.subscription_changed", new { subscriptionId = "base", mrr = 900, currency = "EUR" });
        await PostEventAsync("billing.subscription_changed", new { subscriptionId = "other", mrr = 5000, currency = "USD" });
        var account = await AccountAsync();
        var listed = (await _service.GetAsync("/v1/accounts/acme/subscriptions")).Data();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((account.GetProperty("mrr").GetDecimal(), account.Text("currency")), Is.EqualTo((900m, "EUR")));
            Assert.That(
                listed.Select(one => $"{one.Text("subscriptionId")} {one.GetProperty("mrr")} {one.Text("currency")}"),
                Is.EqualTo(new[] { "base 900 EUR", "other 5000 USD" }));
        }
    }

    [Test]
    public async Task A_past_instant_shows_the_subscriptions_at_that_instant()
    {
        await PostEventAsync("billing.subscription_changed", new { subscriptionId = "base", mrr = 900, licences = 5 }, Now.AddDays(-60));
        await PostEventAsync("billing.subscription_changed", new { subscriptionId = "base", mrr = 1200 }, Now.AddDays(-10));
        Assert.That(await MrrAsync($"?at={Now.AddDays(-20):yyyy-MM-dd}"), Is.EqualTo(900));
        Assert.That(await MrrAsync(""), Is.EqualTo(1200));
        Assert.That((await _service.GetAsync($"/v1/accounts/acme/subscriptions?at={Now.AddDays(-90):yyyy-MM-dd}")).Data(), Is.Empty);
    }

    [Test]
    public async Task A_subscription_without_a_currency_has_the_currency_of_the_profile_at_the_instant()
    {
        await _service.PutAsync("/v1/accounts/acme", new { name = "Acme", currency = "EUR" });
        await PostEventAsync("billing.subscription_changed", new { subscriptionId = "base", mrr = 900 });
        var then = Now;
        _clock.Advance(TimeSpan.FromDays(3));
        await _service.PutAsync("/v1/accounts/acme", new { name = "Acme", currency = "CHF" });
        Assert.That(await CurrencyAsync(""), Is.EqualTo("CHF"));
        Assert.That(await CurrencyAsync($"?at={then.AddDays(1):yyyy-MM-dd}"), Is.EqualTo("EUR"), "the profile changed later");
    }

    [TestCase("termMonths", "0", "out_of_range")]
    [TestCase("termMonths", "1.5", "out_of_range")]
    [TestCase("autoRenew", "\"yes\"", "wrong_type")]
    [TestCase("currentPeriodEnd", "\"soon\"", "invalid_format")]
    [TestCase("cancelAtPeriodEnd", "1", "wrong_type")]
    [TestCase("endsAt", "12", "wrong_type")]
    [TestCase("mrr", "-1", "out_of_range")]
    [TestCase("licences", "-1", "out_of_range")]
    [TestCase("subscriptionId", "\"\"", "required")]
    [TestCase("plan", "{}", "wrong_type")]
    [TestCase("paused", "\"no\"", "wrong_type")]
    public async Task An_invalid_subscription_field_is_reported_by_pointer(string member, string value, string code)
    {
        var body = $$"""{"id":"e","type":"billing.subscription_changed","accountId":"acme","data":{"{{member}}":{{value}} } }""";
        using var response =
            await _service.Client.PostAsync("/v1/events", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("errors")[0]
            .GetProperty("errors")[0];
        Assert.That(error.Text("pointer"), Is.EqualTo("/data/" + member));
        Assert.That(error.Text("code"), Is.EqualTo(code));
    }

    private async Task PostEventAsync(string type, object data, DateTimeOffset? at = null)
    {
        await _service.PostAsync("/v1/events", new { id = $"e{_events++}", type, accountId = "acme", occurredAt = at ?? Now, data });
        await _service.SettledAsync();
    }

    private async Task<string?> CurrencyAsync(string query) =>
        (await _service.GetAsync("/v1/accounts/acme/subscriptions" + query)).Data().Single().Text("currency");

    private Task<JsonElement> AccountAsync() => _service.GetAsync("/v1/accounts/acme");

    private async Task<string> TermsAsync()
    {
        var account = await AccountAsync();
        return $"{account.GetProperty("mrr")} {account.GetProperty("arr")} {account.GetProperty("licences")}";
    }

    private async Task<decimal> MrrAsync(string query) =>
        (await _service.GetAsync("/v1/accounts/acme/subscriptions" + query)).Data().Single().GetProperty("mrr").GetDecimal();

    private async Task<string> IndicatorsAsync() =>
        string.Join(
            ' ',
            (await _service.GetAsync("/v1/accounts/acme/churn-risk")).GetProperty("indicators").EnumerateArray()
            .Select(one => one.Text("id")));

    private async Task<double> SignalAsync(string name) =>
        (await _service.GetAsync("/v1/accounts/acme/signals")).GetProperty("signals").GetProperty(name).GetProperty("value").GetDouble();
}
