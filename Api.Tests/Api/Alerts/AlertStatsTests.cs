using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Alerts;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Alerts;

/// <summary><c>GET /v1/alerts/stats</c>: figures over stored alerts, and the alerts of accounts that churned.</summary>
internal sealed class AlertStatsTests(StoreKind kind) : StoreFixture(kind)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Figures_count_the_alerts_that_opened_in_the_period()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider(Now));
        await service.PutAsync("/v1/accounts/acme", new { });
        await AlertSamples.StoreAsync(service.Database, [
            Alert("a", 30, owner: "dana", acknowledged: 2, resolved: 10, resolution: "recovered"),
            Alert("b", 29, owner: "dana", acknowledged: 4, resolved: 20, resolution: "manual"),
            Alert("c", 28, owner: "dana", acknowledged: 9),
            Alert("d", 27, resolved: 60, resolution: "settled", suppressed: 2),
            Alert("e", 26, flapping: true),
            Alert("f", 200, owner: "kim", resolved: 1, resolution: "expired"),
        ]);
        var stats = await service.GetAsync("/v1/alerts/stats");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Numbers(stats, "opened", "active", "flapping", "suppressed"), Is.EqualTo(new double?[] { 5, 2, 1, 2 }));
            Assert.That(
                stats.GetProperty("resolved").GetRawText(),
                Is.EqualTo("""{"recovered":1,"settled":1,"churned":0,"manual":1,"expired":0}"""));
            Assert.That(Numbers(stats, "medianHoursToAcknowledge", "medianHoursToResolve"), Is.EqualTo(new double?[] { 4, 20 }));
            var owners = stats.GetProperty("owners").EnumerateArray().ToList();
            Assert.That(owners.Select(owner => owner.GetProperty("owner").GetString()), Is.EqualTo(new[] { "dana", null }));
            Assert.That(
                Numbers(owners[0], "opened", "active", "medianHoursToAcknowledge", "medianHoursToResolve"),
                Is.EqualTo(new double?[] { 3, 1, 4, 15 }), "an even number has the mean of the two middle values");
            Assert.That(
                Numbers(owners[1], "opened", "active", "medianHoursToAcknowledge", "medianHoursToResolve"),
                Is.EqualTo(new double?[] { 2, 1, null, 60 }));
        }

        var longer = await service.GetAsync("/v1/alerts/stats?from=2026-01-01&to=2026-11-22");
        Assert.That(Numbers(longer, "opened"), Is.EqualTo(new double?[] { 6 }));
    }

    [Test]
    public async Task Churn_is_compared_with_the_alerts_before_it()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider(Now));
        foreach (var (id, days) in new[] { ("warned", 10), ("late", 10), ("unseen", 5), ("forgotten", 5) })
            await service.PutAsync("/v1/accounts/" + id, new { churnedAt = Now.AddDays(-days) });
        await service.PutAsync("/v1/accounts/loyal", new { });
        await service.EvaluatedAsync();
        await AlertSamples.StoreAsync(service.Database, [
            Alert("a", 40, account: "warned"),
            Alert("b", 20, account: "late"),
            Alert("c", 300, account: "forgotten", resolved: 24, resolution: "recovered"),
            Alert("d", 20, account: "loyal"),
        ]);
        var stats = await service.GetAsync("/v1/alerts/stats");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stats.GetProperty("followedByChurn").GetRawText(), Is.EqualTo("""{"alerts":2,"undecided":1,"share":0.6667}"""));
            Assert.That(
                stats.GetProperty("churned").GetRawText(), Is.EqualTo("""{"accounts":4,"withAlert":1,"share":0.25}"""),
                "an alert less than 14 days before, none, and one that was resolved long before are no warning");
        }
    }

    [Test]
    public async Task Without_alerts_there_are_no_shares_and_no_medians()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider(Now));
        var stats = await service.GetAsync("/v1/alerts/stats?to=2026-11-01&from=2026-10-01");
        Assert.That(
            stats.GetRawText(),
            Is.EqualTo(
                """{"from":"2026-10-01T00:00:00Z","to":"2026-11-01T00:00:00Z","opened":0,"active":0,"resolved":{"recovered":0,"settled":0,"churned":0,"manual":0,"expired":0}"""
                + ""","medianHoursToAcknowledge":null,"medianHoursToResolve":null,"flapping":0,"suppressed":0,"followedByChurn":{"alerts":0,"undecided":0,"share":null}"""
                + ""","churned":{"accounts":0,"withAlert":0,"share":null},"owners":[]}"""));
        foreach (var query in new[] { "from=2026-11-22&to=2026-11-22", "to=soon", "from=0001-01-01&to=0001-01-01", "until=2026-11-22" })
        {
            using var refused = await service.Client.GetAsync("/v1/alerts/stats?" + query);
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity), query);
        }

        Assert.That(
            (await service.GetAsync("/v1/alerts/stats?from=0001-01-01&to=9999-12-31")).GetProperty("opened").GetInt32(), Is.Zero);
    }

    /// <param name="daysAgo">When it opened.</param>
    /// <param name="acknowledged">Hours after the opening.</param>
    /// <param name="resolved">Hours after the opening.</param>
    private static AlertRow Alert(
        string id, int daysAgo, string account = "acme", string? owner = null, int? acknowledged = null, int? resolved = null,
        string? resolution = null, bool flapping = false, int suppressed = 0)
    {
        var opened = Now.AddDays(-daysAgo);
        return new AlertRow
        {
            Id = "alt_" + id,
            AccountId = account,
            Metric = "health",
            Severity = "warning",
            SeverityRank = 1,
            Status = resolution is not null ? "resolved" : acknowledged is null ? "open" : "acknowledged",
            OpenedAt = opened,
            UpdatedAt = opened,
            AcknowledgedAt = acknowledged is { } first ? opened.AddHours(first) : null,
            ResolvedAt = resolved is { } last ? opened.AddHours(last) : null,
            Resolution = resolution,
            Flapping = flapping,
            Suppressed = suppressed,
            Owner = owner,
            Segment = "smb",
            OpenedLabel = "at_risk",
            WorstLabel = "at_risk",
            WorstAt = opened,
            NowLabel = "at_risk",
            Cause = "data",
            Changes = 1,
        };
    }

    private static IEnumerable<double?> Numbers(JsonElement element, params string[] members) => members.Select(
        member => element.GetProperty(member) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : (double?)null);
}
