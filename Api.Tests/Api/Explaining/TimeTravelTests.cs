using System.Globalization;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;
using static HealthApi.Api.Tests.Api.Explaining.ExplainingRig;

namespace HealthApi.Api.Tests.Api.Explaining;

public sealed class TimeTravelTests(StoreKind kind) : StoreFixture(kind)
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
    public async Task Past_health_equals_what_was_shown_then_despite_later_changes()
    {
        var shown = new List<(DateTimeOffset At, double? Score, string? Category)>();
        await _service.IngestAsync(Event("e0", "usage.feature_used", Now, new { userId = "u1", feature = "reports" }));
        await ShowAsync(shown);
        await _service.PutAsync("/v1/accounts/acme", new { coreFeatures = new[] { "reports", "export" } });
        await ShowAsync(shown);
        await _service.IngestAsync(Event("e1", "ticket.opened", Now, new { ticketId = "t1", sentiment = "negative" }));
        await ShowAsync(shown);
        await _service.PutAsync("/v1/accounts/acme/override", new { score = 12, reason = "x", expiresAt = Now.AddDays(3) });
        await ShowAsync(shown);
        await _service.PutAsync("/v1/accounts/acme", new { coreFeatures = new[] { "reports" } });
        await ShowAsync(shown);
        Assert.That(shown.Select(one => one.Score).Distinct().Count(), Is.GreaterThanOrEqualTo(4), "each step changed the score");
        foreach (var (at, score, category) in shown)
        {
            var health = await _service.HealthAsync($"?at={At(at)}");
            Assert.That(
                (health.Score(), health.Text("category"), health.GetProperty("restated").GetBoolean()),
                Is.EqualTo((score, category, false)), $"{at:O}");
            Assert.That(health.GetProperty("effectiveAt").GetDateTimeOffset(), Is.EqualTo(at));
            Assert.That(health.GetProperty("computedAt").GetDateTimeOffset(), Is.EqualTo(Now));
        }
    }

    [Test]
    public async Task A_late_event_changes_the_past_score_and_the_score_shown_then_is_kept()
    {
        await _service.IngestAsync(Event("e0", "usage.login", Now, new { userId = "u1" }));
        var then = Now;
        var shown = (await _service.HealthAsync()).Score();
        _clock.Advance(TimeSpan.FromDays(3));
        await _service.IngestAsync(Event("e1", "usage.login", Now, new { userId = "u1" }));
        var known = Now;
        _clock.Advance(TimeSpan.FromHours(1));
        await _service.IngestAsync(Event("late", "ticket.escalated", then.AddHours(-1), new { ticketId = "t1" }));

        var health = await _service.HealthAsync($"?at={At(then)}");
        Assert.That(health.GetProperty("restated").GetBoolean());
        Assert.That(health.GetProperty("shownThen").Score(), Is.EqualTo(shown));
        Assert.That(health.Score(), Is.LessThan(shown!.Value), "the late event makes the past score worse");

        var now = await HistoryAsync("");
        var before = await HistoryAsync($"&asKnownAt={At(known)}");
        Assert.That(before[0], Is.EqualTo(shown));
        Assert.That(now[0], Is.LessThan(shown.Value));
        Assert.That(before, Has.Count.EqualTo(4));
        Assert.That(await HistoryAsync($"&asKnownAt={At(then)}"), Is.EqualTo(new[] { shown }), "later days were not known then");
    }

    [Test]
    public async Task History_is_grouped_by_week_and_month()
    {
        await _service.IngestAsync(
            [.. Enumerable.Range(0, 40).Select(day => Event($"e{day}", "usage.login", Now.AddDays(-day), new { userId = "u1" }))]);
        string[] mondays = ["Mon 2026-10-12", "Mon 2026-10-19", "Mon 2026-10-26", "Mon 2026-11-02", "Mon 2026-11-09", "Mon 2026-11-16"];
        Assert.That(await PeriodsAsync("week"), Is.EqualTo(mondays));
        Assert.That(await PeriodsAsync("month"), Is.EqualTo((string[])["Thu 2026-10-01", "Sun 2026-11-01"]));
        Assert.That(
            (await _service.RefusedAsync(HttpMethod.Get, "/v1/accounts/acme/health/history?interval=year")).Status, Is.EqualTo(422));
        Assert.That(
            (await _service.RefusedAsync(HttpMethod.Get, "/v1/accounts/acme/health/history?asKnownAt=2030-01-01")).Status, Is.EqualTo(422));
    }

    private async Task ShowAsync(List<(DateTimeOffset, double?, string?)> shown)
    {
        _clock.Advance(TimeSpan.FromHours(7));
        var health = await _service.HealthAsync();
        shown.Add((Now, health.Score(), health.Text("category")));
        _clock.Advance(TimeSpan.FromHours(1));
    }

    private async Task<IEnumerable<string>> PeriodsAsync(string interval) =>
        (await _service.GetAsync($"/v1/accounts/acme/health/history?interval={interval}&from=2026-10-15")).Data()
            .Select(period => period.GetProperty("at").GetDateTimeOffset().ToString("ddd yyyy-MM-dd", CultureInfo.InvariantCulture));

    private async Task<IReadOnlyList<double?>> HistoryAsync(string query) =>
        [.. (await _service.GetAsync($"/v1/accounts/acme/health/history?from=2026-11-01{query}")).Data().Select(day => day.Score())];
}
