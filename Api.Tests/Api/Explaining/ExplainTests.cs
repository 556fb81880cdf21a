using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;
using static HealthApi.Api.Tests.Api.Explaining.ExplainingRig;

namespace HealthApi.Api.Tests.Api.Explaining;

/// <summary>Changes, path and forecast of one account with a fixed history.</summary>
public sealed class ExplainTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind, clock: _clock);
        await _service.PutAsync("/v1/accounts/acme", new { coreFeatures = new[] { "reports", "export" }, licences = 10 });
        for (var day = 0; day < 20; day++)
        {
            await _service.IngestAsync(
                Event($"use-{day}", "usage.feature_used", Now.AddDays(-40 + day), new { userId = "u1", feature = "reports" }));
        }

        await _service.IngestAsync(
            Event("paid", "billing.invoice_paid", Now.AddDays(-30), new { invoiceId = "i1" }),
            Event("ticket", "ticket.opened", Now.AddDays(-2), new { ticketId = "t1", sentiment = "negative" }));
    }

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task The_parts_of_a_change_sum_exactly_to_it_and_name_their_causes()
    {
        var change = await _service.GetAsync($"/v1/accounts/acme/health/changes?from={At(Now.AddDays(-20))}");
        var parts = change.Data("parts");
        Assert.That(parts.Sum(part => part.GetProperty("change").GetDecimal()), Is.EqualTo(change.GetProperty("change").GetDecimal()));
        Assert.That(
            (decimal)(change.GetProperty("to").Score() - change.GetProperty("from").Score())!,
            Is.EqualTo(change.GetProperty("change").GetDecimal()));
        var causes = parts.ToDictionary(part => part.Text("signal")!, part => part.Text("cause"));
        Assert.That((causes["daysSinceLastActivity"], causes["supportSentiment"]), Is.EqualTo(("expired", "new_data")));
        Assert.That((await _service.GetAsync($"/v1/accounts/acme/health/changes?from={At(Now)}&to={At(Now)}")).Data("parts"), Is.Empty);
        Assert.That(
            (await _service.RefusedAsync(
                HttpMethod.Get, $"/v1/accounts/acme/health/changes?from={At(Now)}&to={At(Now.AddDays(-1))}")).Problem.Pointers(),
            Is.EqualTo(new[] { "?from" }));
    }

    [Test]
    public async Task The_target_signals_of_a_path_reach_the_category_when_scored()
    {
        var path = await _service.GetAsync("/v1/accounts/acme/health/path?to=healthy");
        Assert.That((path.Text("from"), path.Text("to")), Is.EqualTo(((await _service.HealthAsync()).Text("category"), "healthy")));
        var signals = (await _service.GetAsync("/v1/accounts/acme/signals")).GetProperty("signals").EnumerateObject()
            .Where(signal => signal.Value.GetProperty("value").ValueKind != JsonValueKind.Null)
                .ToDictionary(signal => signal.Name, signal => (object)signal.Value.GetProperty("value"));
        foreach (var step in path.Data("steps")) signals[step.Text("signal")!] = step.GetProperty("target");
        var scored = (await _service.PostAsync("/v1/score", new { model = "lifecycle", accounts = new[] { new { id = "a", signals } } }))
            .Data("results").Single();
        Assert.That((scored.Score(), scored.Text("category")), Is.EqualTo((path.Score(), "healthy")),
            "POST /v1/score gives the same score");
    }

    [Test]
    public async Task A_path_to_a_worse_category_is_empty_and_an_unknown_category_is_refused()
    {
        Assert.That(
            (await _service.GetAsync("/v1/accounts/acme/health/path?to=critical")).Data("steps"), Is.Empty,
            "the account is already better");
        var (status, problem) = await _service.RefusedAsync(HttpMethod.Get, "/v1/accounts/acme/health/path?to=splendid");
        var detail = "'splendid' is not a category of 'lifecycle'; did you mean 'stable'? One of healthy, stable, at_risk, critical.";
        Assert.That((status, problem.Data("errors")[0].Text("detail")), Is.EqualTo((422, detail)));
    }

    [Test]
    public async Task A_forecast_contains_every_day_and_crossings_of_the_models_bounds_only()
    {
        var forecast = await _service.GetAsync("/v1/accounts/acme/health/forecast?days=30");
        var days = forecast.Data();
        Assert.That(
            days.Select(day => day.GetProperty("at").GetDateTimeOffset()),
            Is.EqualTo(Enumerable.Range(1, 30).Select(day => Now.AddDays(day))));
        foreach (var day in days)
        {
            Assert.That(
                day.GetProperty("low").GetDouble(),
                Is.LessThanOrEqualTo(day.Score()!.Value).And.AtMost(day.GetProperty("high").GetDouble()));
        }

        foreach (var crossing in forecast.Data("crossings"))
        {
            Assert.That(crossing.Text("threshold"), Does.StartWith("lifecycle:"));
            Assert.That(crossing.GetProperty("probability").GetDouble(), Is.InRange(0.05, 1));
        }

        Assert.That((await _service.GetAsync("/v1/accounts/acme/health/forecast")).Data(), Has.Count.EqualTo(90));
        await _service.PutAsync("/v1/accounts/empty", new { });
        Assert.That((await _service.GetAsync("/v1/accounts/empty/health/forecast")).Data(), Is.Empty,
            "an account without data has no forecast");
        Assert.That((await _service.RefusedAsync(HttpMethod.Get, "/v1/accounts/acme/health/forecast?days=366")).Status, Is.EqualTo(422));
    }

    [Test]
    public async Task A_signal_is_stale_by_the_rhythm_of_its_family_and_missing_without_data()
    {
        var signals = (await _service.GetAsync("/v1/accounts/acme/signals")).GetProperty("signals");
        Assert.That(
            signals.EnumerateObject().Count(), Is.EqualTo(HealthApi.Core.Signals.SignalCatalogue.All.Count),
            "every signal of the catalogue");
        Assert.Multiple(() =>
        {
            Assert.That(signals.GetProperty("loginDays30").GetProperty("stale").GetBoolean(), "used every day until 21 days ago");
            Assert.That(signals.GetProperty("tickets30").GetProperty("stale").GetBoolean(), Is.False, "one ticket gives no rhythm");
            Assert.That(signals.GetProperty("npsLatest").GetProperty("value").ValueKind, Is.EqualTo(JsonValueKind.Null),
                "no NPS event exists");
            Assert.That(
                signals.GetProperty("npsLatest").GetProperty("stale").GetBoolean(), Is.False, "a missing signal is not stale");
        });
    }
}
