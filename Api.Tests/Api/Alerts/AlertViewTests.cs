using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Alerts;

/// <summary>What an alert shows: over HTTP, in messages and on the timeline of its account.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AlertViewTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind, clock: _clock);
        await _service.PutAsync("/v1/accounts/acme", new { name = "Acme", owner = "dana", arr = 120_000, mrr = 10_000 });
    }

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task An_alert_shows_what_happened_and_what_to_do()
    {
        var alert = await _service.AlertAsync("acme");
        var details = await _service.GetAsync("/v1/alerts/" + alert.GetProperty("id").GetString());
        var crossing = (await _service.CrossingsAsync("acme"))[^1];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Texts(alert, "accountId", "metric", "severity", "status", "owner", "cause", "resolution"),
                Is.EqualTo(new[] { "acme", "churn_risk", "warning", "open", "dana", "data", null }));
            Assert.That(alert.GetProperty("openedAt").GetDateTimeOffset(), Is.EqualTo(_clock.GetUtcNow()));
            Assert.That(alert.GetProperty("opened").GetRawText(), Is.EqualTo("""{"score":60,"level":"high"}"""));
            Assert.That(alert.GetProperty("now").GetRawText(), Is.EqualTo("""{"score":60,"level":"high"}"""));
            Assert.That(alert.GetProperty("worst").GetProperty("at").GetDateTimeOffset(), Is.EqualTo(_clock.GetUtcNow()));
            Assert.That(alert.GetProperty("interventions").EnumerateArray().Count(), Is.EqualTo(1), "champion_left calls for one");
            Assert.That(
                alert.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("component").GetString()),
                Is.EqualTo(new[] { "champion_left" }));
            Assert.That(
                alert.GetProperty("crossings").EnumerateArray().Select(id => id.GetString()),
                Is.EqualTo(new[] { crossing.GetProperty("crossingId").GetString() }));
            Assert.That(
                alert.GetProperty("account").GetRawText(),
                Is.EqualTo("""{"name":"Acme","segment":"enterprise","arr":120000,"mrr":10000,"owner":"dana"}"""));
            Assert.That(
                JsonNode.DeepEquals(Without(details, "history"), Without(alert)), "the single alert is the listed one with a history");
            Assert.That(
                details.GetProperty("history").GetRawText(),
                Is.EqualTo($$"""[{"at":"{{_clock.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}}","what":"opened","by":null,"note":null,"cause":"data"}]"""));
        }
    }

    [Test]
    public async Task A_message_has_the_alert_as_the_API_shows_it()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await _service.PostAsync("/v1/webhooks", new { url = receiver.Url, eventTypes = new[] { "alert.opened" } });
        var alert = await _service.AlertAsync("acme");
        var data = (await receiver.WaitForAsync(1)).Single().Json.GetProperty("data");
        var expected = Without(alert).ToJsonString();
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(data.GetProperty("alert").GetRawText()), Without(alert)), $"{data} has {expected}");
    }

    [Test]
    public async Task The_present_score_follows_the_account()
    {
        await _service.AlertAsync("acme");
        await _service.PostAsync(
            "/v1/events", new { id = "paid-late", type = "billing.payment_failed", accountId = "acme", data = new { invoiceId = "i1" } });
        await _service.SettledAsync();
        var alert = await _service.AlertOfAsync("acme");
        Assert.That(alert.GetProperty("now").GetRawText(), Is.EqualTo("""{"score":70,"level":"high"}"""));
    }

    [Test]
    public async Task An_open_alert_follows_the_owner_and_the_revenue_of_its_account()
    {
        await _service.AlertAsync("acme");
        await _service.PutAsync("/v1/accounts/small", new { owner = "dana", arr = 1_000 });
        await _service.AlertAsync("small");
        await _service.PutAsync("/v1/accounts/acme", new { name = "Acme", owner = "kim", arr = 500 });
        await Eventually.GetAsync(
            () => _service.ListAsync("/v1/alerts?owner=kim"), alerts => alerts.Count == 1, "the alert belongs to the new owner");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (await _service.ListAsync("/v1/alerts?owner=dana")).Select(alert => alert.GetProperty("accountId").GetString()),
                Is.EqualTo(new[] { "small" }));
            Assert.That(
                (await _service.ListAsync("/v1/alerts?segment=smb")).Select(alert => alert.GetProperty("accountId").GetString()),
                Is.EqualTo(new[] { "small", "acme" }), "the dearest first");
        }
    }

    [Test]
    public async Task What_happened_to_alerts_is_on_the_timeline()
    {
        var id = (await _service.AlertAsync("acme")).GetProperty("id").GetString();
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _service.PostAsync($"/v1/alerts/{id}/resolve", new { note = "Called." });
        var entries = await _service.ListAsync("/v1/accounts/acme/timeline?kinds=alert");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entries.Select(entry => entry.GetProperty("id").GetString()), Is.EqualTo(new[] { id, id }));
            Assert.That(
                entries.Select(entry => entry.GetProperty("type").GetString()), Is.EqualTo(new[] { "alert.resolved", "alert.opened" }));
            Assert.That(entries.Select(entry => entry.GetProperty("by").GetString()), Is.EqualTo(new[] { "admin", null }));
            Assert.That(
                entries[0].GetProperty("data").GetRawText(),
                Is.EqualTo("""{"metric":"churn_risk","severity":"warning","score":60,"level":"high","cause":null,"note":"Called."}"""));
        }

        var first = await _service.GetAsync("/v1/accounts/acme/timeline?kinds=alert&limit=1");
        var second = await _service.GetAsync(
            "/v1/accounts/acme/timeline?kinds=alert&limit=1&cursor=" + first.GetProperty("nextCursor").GetString());
        Assert.That(second.GetProperty("data")[0].GetProperty("type").GetString(), Is.EqualTo("alert.opened"));
    }

    private static JsonObject Without(JsonElement element, string member = "")
    {
        var node = JsonNode.Parse(element.GetRawText())!.AsObject();
        node.Remove(member);
        return node;
    }

    private static IEnumerable<string?> Texts(JsonElement element, params string[] members) =>
        members.Select(member => element.GetProperty(member).GetString());
}
