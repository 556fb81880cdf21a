using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;
using static HealthApi.Api.Tests.Api.Explaining.ExplainingRig;

namespace HealthApi.Api.Tests.Api.Explaining;

/// <summary>Churn risk and signals at present and past instants, and the instant since which an indicator fires.</summary>
public sealed class PastRiskTests(StoreKind kind) : StoreFixture(kind)
{
    private ManualTimeProvider _clock = null!;
    private TestService _service = null!;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [SetUp]
    public async Task StartAsync()
    {
        _clock = new ManualTimeProvider();
        _service = await TestService.StartAsync(Kind, clock: _clock);
    }

    [TearDown]
    public async Task StopAsync() => await _service.DisposeAsync();

    [Test]
    public async Task Since_is_when_the_condition_began_by_the_times_of_events_not_by_their_arrival()
    {
        var (left, mentioned, used, failed) = (Now.AddDays(-61.7), Now.AddDays(-20.3), Now.AddDays(-33.21), Now.AddHours(-5));
        await _service.IngestAsync(
            Event("left0", "relationship.champion_left", Now.AddDays(-300)),
            Event("joined", "relationship.champion_joined", Now.AddDays(-200)),
            Event("left1", "relationship.champion_left", left),
            Event("competitor", "relationship.competitor_mentioned", mentioned),
            Event("competitor2", "relationship.competitor_mentioned", mentioned.AddDays(4)),
            Event("usage", "usage.login", used, new { userId = "u1" }),
            Event("failed", "billing.payment_failed", failed, new { invoiceId = "i1" }));
        Assert.That(await SinceAsync(""), Is.EqualTo(new Dictionary<string, DateTimeOffset>
        {
            ["usage_drop"] = used.AddDays(30),
            ["competitor"] = mentioned,
            ["champion_left"] = left,
            ["payment_delayed"] = failed,
            ["inactive_14d"] = used.AddDays(14),
        }));
        _clock.Advance(TimeSpan.FromHours(3));
        await _service.IngestAsync(Event("earlier", "relationship.competitor_mentioned", mentioned.AddDays(-2)));
        Assert.That((await SinceAsync(""))["competitor"], Is.EqualTo(mentioned.AddDays(-2)), "a late event moves since back");
    }

    [Test]
    public async Task Churn_risk_and_signals_at_a_past_instant_agree_with_the_health_at_it()
    {
        var (left, joined) = (Now.AddDays(-40), Now.AddDays(-10));
        await _service.IngestAsync(
            [.. Enumerable.Range(0, 30).Select(day => Event($"e{day}", "usage.login", Now.AddDays(-30 - day), new { userId = "u1" }))]);
        await _service.IngestAsync(
            Event("left", "relationship.champion_left", left), Event("joined", "relationship.champion_joined", joined));
        foreach (var at in new[] { left.AddDays(-1), left, left.AddDays(17.5), joined.AddMinutes(1), Now })
        {
            var query = $"?at={At(at)}";
            var (health, risk, signals) = (
                await _service.HealthAsync(query), await _service.GetAsync($"/v1/accounts/acme/churn-risk{query}"),
                await SignalsAsync(query));
            Assert.That(risk.GetProperty("asOf").GetDateTimeOffset(), Is.EqualTo(at));
            Assert.That(signals.GetProperty("asOf").GetDateTimeOffset(), Is.EqualTo(at));
            Assert.That(
                (risk.Score(), risk.Text("level")),
                Is.EqualTo((health.GetProperty("churnRisk").Score(), health.GetProperty("churnRisk").Text("level"))), $"{at:O}");
            foreach (var measure in health.Data("components").SelectMany(component => component.Data("measures")))
            {
                Assert.That(
                    Value(signals, measure.Text("signal")!).ToString(), Is.EqualTo(measure.GetProperty("value").ToString()),
                    $"{at:O} {measure.Text("signal")}");
            }
        }

        var then = await SinceAsync($"?at={At(left.AddDays(17.5))}");
        Assert.That(then["champion_left"], Is.EqualTo(left));
        var stale = (await SignalsAsync($"?at={At(Now.AddDays(-20))}")).GetProperty("signals").GetProperty("logins30").GetProperty("stale");
        Assert.That(stale.GetBoolean(), "usage was daily and had stopped ten days before");
        Assert.That(
            (await SignalsAsync($"?at={At(Now.AddDays(-29))}")).GetProperty("signals").GetProperty("logins30").GetProperty("stale")
            .GetBoolean(), Is.False);
    }

    [TestCase("churn-risk")]
    [TestCase("signals")]
    public async Task A_future_instant_or_one_before_the_retention_is_422(string view)
    {
        await _service.IngestAsync(Event("e0", "usage.login", Now, new { userId = "u1" }));
        foreach (var at in new[] { At(Now.AddHours(1)), At(Now.AddDays(-401)), "yesterday" })
        {
            var (status, problem) = await _service.RefusedAsync(HttpMethod.Get, $"/v1/accounts/acme/{view}?at={at}");
            Assert.That((status, problem.Pointers().Single()), Is.EqualTo((422, "?at")));
        }

        Assert.That(
            (await _service.RefusedAsync(HttpMethod.Get, $"/v1/accounts/nobody/{view}?at={At(Now.AddDays(-1))}")).Status, Is.EqualTo(404));
    }

    [TestCase(0)]
    [TestCase(330)]
    [TestCase(-690)]
    public async Task Login_days_are_at_most_30_at_any_instant_and_in_any_time_zone(int minutes)
    {
        var offset = TimeSpan.FromMinutes(minutes);
        await _service.IngestAsync(
            [.. Enumerable.Range(0, 400)
            .Select(part => Event($"e{part}", "usage.login", Now.AddHours(-2 * part).ToOffset(offset), new { userId = "u1" }))]);
        for (var hour = 0; hour < 24; hour += 5)
        {
            var signals = await SignalsAsync($"?at={At(Now.AddHours(-hour))}");
            Assert.That(Value(signals, "loginDays30").GetDouble(), Is.EqualTo(30), $"{hour} hours ago");
        }
    }

    private Task<JsonElement> SignalsAsync(string query) => _service.GetAsync($"/v1/accounts/acme/signals{query}");

    private static JsonElement Value(JsonElement signals, string name) =>
        signals.GetProperty("signals").GetProperty(name).GetProperty("value");

    private async Task<Dictionary<string, DateTimeOffset>> SinceAsync(string query) =>
        (await _service.GetAsync($"/v1/accounts/acme/churn-risk{query}")).Data("indicators")
            .ToDictionary(indicator => indicator.Text("id")!, indicator => indicator.GetProperty("since").GetDateTimeOffset());
}
