using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Accounts;
using HealthApi.Infrastructure.Accounts;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using static HealthApi.Api.Tests.Api.Explaining.ExplainingRig;

namespace HealthApi.Api.Tests.Api.Explaining;

/// <summary>
/// Past instants use the profile that applied then. Before the first known profile its values apply, except renewal status and churn; a
/// profile with an effective date applies from that date.
/// </summary>
public sealed class PastProfileTests(StoreKind kind) : StoreFixture(kind)
{
    private ManualTimeProvider _clock = null!;
    private TestService _service = null!;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [SetUp]
    public async Task StartAsync()
    {
        _clock = new ManualTimeProvider();
        _service = await TestService.StartAsync(Kind, clock: _clock);
        await _service.IngestAsync(
            [.. Enumerable.Range(0, 50)
            .Select(week => Event($"e{week}", "usage.login", Now.AddDays(-7 * week), new { userId = $"u{week % 5}" }))]);
    }

    [TearDown]
    public async Task StopAsync() => await _service.DisposeAsync();

    [Test]
    public async Task Renewal_and_churn_written_today_do_not_change_the_past()
    {
        await _service.PutAsync("/v1/accounts/acme", new { licences = 10, renewalDate = Now.AddDays(-200), renewalStatus = "open" });
        _clock.Advance(TimeSpan.FromHours(1));
        await _service.PutAsync(
            "/v1/accounts/acme",
            new { licences = 10, renewalDate = Now.AddDays(-200), renewalStatus = "lost", churnedAt = Now.AddDays(-190) });
        await _service.SettledAsync();
        Assert.That((await IndicatorsAsync("")), Does.Contain("renewal_incomplete"), "today the lost renewal is known");
        foreach (var days in new[] { 20, 150, 195, 210, 300 })
        {
            var query = $"?at={At(Now.AddDays(-days))}";
            Assert.That(await IndicatorsAsync(query), Does.Not.Contain("renewal_incomplete"), $"{days} days ago");
            var signals = (await _service.GetAsync($"/v1/accounts/acme/signals{query}")).GetProperty("signals");
            Assert.That(
                signals.GetProperty("renewalIncomplete").GetProperty("value").ValueKind, Is.EqualTo(JsonValueKind.Null),
                $"{days} days ago");
            Assert.That(
                signals.GetProperty("activeUserRatio").GetProperty("value").GetDouble(), Is.GreaterThan(0),
                "licences are those of the first known profile");
            Assert.That((await _service.HealthAsync(query)).GetProperty("churnRisk").Score(), Is.LessThan(60), $"{days} days ago");
        }

        var history = (await _service.GetAsync($"/v1/accounts/acme/health/history?from={At(Now.AddDays(-210))}&to={At(Now.AddDays(-20))}"))
            .Data();
        Assert.That(history.Select(day => day.GetProperty("churnRisk").Score()), Has.Exactly(191).Items.And.All.LessThan(60));
        var changes = await _service.GetAsync($"/v1/accounts/acme/health/changes?from={At(Now.AddDays(-210))}&to={At(Now.AddDays(-20))}");
        Assert.That(
            changes.Data("parts").Sum(part => part.GetProperty("change").GetDecimal()),
            Is.EqualTo(changes.GetProperty("change").GetDecimal()));
    }

    [Test]
    public async Task A_profile_with_an_effective_date_applies_from_that_date_and_marks_earlier_answers_as_restated()
    {
        var (first, second) = (Now.AddDays(-120), Now.AddDays(-60));
        await _service.PutAsync("/v1/accounts/acme", new { owner = "dana", coreFeatures = new[] { "reports" } });
        await _service.SettledAsync();
        var before = Now;
        _clock.Advance(TimeSpan.FromHours(1));
        var dated = _service.Services.GetRequiredService<DatedProfiles>();
        await dated.WriteAsync([Seats("acme", second, 50), Seats("acme", first, 5), Seats("new", first, 7)], CancellationToken.None);
        await _service.SettledAsync();

        var account = await _service.GetAsync("/v1/accounts/acme");
        Assert.That(
            (account.GetProperty("licences").GetInt32(), account.Text("owner")), Is.EqualTo((50, "dana")),
            "each field has its newest value");
        Assert.That((await _service.GetAsync("/v1/accounts/new")).GetProperty("licences").GetInt32(), Is.EqualTo(7));
        foreach (var (days, licences) in new[] { (20, 50), (59, 50), (61, 5), (119, 5), (130, 5) })
        {
            var signals = (await _service.GetAsync($"/v1/accounts/acme/signals?at={At(Now.AddDays(-days))}")).GetProperty("signals");
            var (users, ratio) = (Value(signals, "monthlyActiveUsers"), Value(signals, "activeUserRatio"));
            Assert.That(ratio, Is.EqualTo(Math.Min(1, users / licences)).Within(1e-9), $"{days} days ago");
        }

        var health = await _service.HealthAsync($"?at={At(before)}");
        Assert.That(health.GetProperty("restated").GetBoolean(), "the profile of that instant was written later");
        Assert.That((await _service.HealthAsync($"?at={At(Now)}")).GetProperty("restated").GetBoolean(), Is.False);
        await dated.WriteAsync([Seats("acme", second, 50)], CancellationToken.None);
        Assert.That(
            (await _service.GetAsync("/v1/accounts/acme")).GetProperty("licences").GetInt32(), Is.EqualTo(50),
            "writing the same profile again changes nothing");
    }

    [Test]
    public async Task A_profile_with_an_effective_date_restates_the_history_from_that_date()
    {
        Assert.That(await RiskAsync(""), Is.Not.Empty.And.All.LessThan(60), "no renewal is known");
        var before = Now;
        _clock.Advance(TimeSpan.FromHours(1));
        await _service.Services.GetRequiredService<DatedProfiles>().WriteAsync(
            [
                Renewal(Now.AddDays(-90), Now.AddDays(-70), RenewalStatus.Open),
                Renewal(Now.AddDays(-40), Now.AddDays(-70), RenewalStatus.Signed),
            ],
            CancellationToken.None);
        await _service.SettledAsync();
        var risks = await RiskAsync("");
        Assert.That(risks[..10], Has.All.LessThan(60), "before the profile");
        Assert.That(risks[20..55], Has.All.GreaterThanOrEqualTo(60), "the renewal is due and open");
        Assert.That(risks, Has.Length.EqualTo(106));
        Assert.That(risks[65..], Has.All.LessThan(60), "the renewal is signed");
        Assert.That(await RiskAsync($"&asKnownAt={At(before)}"), Has.Length.EqualTo(106).And.All.LessThan(60), "it was not known then");
    }

    private static DatedEdit Seats(string account, DateTimeOffset at, int licences) =>
        new(account, at, ProfileChain.FieldsOf(["licences"]),
            before => (before ?? new Account { Id = account, Name = account }) with { Licences = licences });

    private static DatedEdit Renewal(DateTimeOffset at, DateTimeOffset date, RenewalStatus status) => new(
        "acme",
        at,
        ProfileChain.FieldsOf(["renewalDate", "renewalStatus"]),
        before => (before ?? new Account { Id = "acme", Name = "acme" }) with { RenewalDate = date, RenewalStatus = status });

    private static double Value(JsonElement signals, string name) => signals.GetProperty(name).GetProperty("value").GetDouble();

    private async Task<IEnumerable<string?>> IndicatorsAsync(string query) =>
        (await _service.GetAsync($"/v1/accounts/acme/churn-risk{query}")).Data("indicators").Select(indicator => indicator.Text("id"));

    private async Task<double?[]> RiskAsync(string query) =>
        [.. (await _service.GetAsync($"/v1/accounts/acme/health/history?from={At(Now.AddDays(-105))}{query}")).Data()
            .Select(day => day.GetProperty("churnRisk").Score())];
}
