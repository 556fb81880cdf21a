using HealthApi.Core.Alerts;
using HealthApi.Infrastructure.Alerts;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>Stores alerts directly, without the evaluations that would open them.</summary>
internal static class AlertSamples
{
    /// <summary>Random alerts of existing accounts. Few different values, so that there are many ties.</summary>
    public static IReadOnlyList<AlertRow> Random(int count, IReadOnlyList<string> accountIds, DateTimeOffset newest, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(number => Sample(random, number, accountIds, newest))];
    }

    public static Task StoreAsync(IDatabase database, IReadOnlyList<AlertRow> rows) => database.WriteAsync(
        async transaction =>
        {
            await AlertRows.WriteAsync(transaction, rows, []);
            return true;
        },
        CancellationToken.None);

    private static AlertRow Sample(Random random, int number, IReadOnlyList<string> accountIds, DateTimeOffset newest)
    {
        var severity = (AlertSeverity)random.Next(3);
        var status = (AlertStatus)random.Next(3);
        var opened = newest.AddHours(-random.Next(1, 20));
        return new AlertRow
        {
            Id = $"alt_{random.Next(1_000_000):D6}{number:D4}",
            AccountId = accountIds[random.Next(accountIds.Count)],
            Metric = random.Next(2) == 0 ? "health" : "churn_risk",
            Severity = severity.Name(),
            SeverityRank = (int)severity,
            Status = status.Name(),
            OpenedAt = opened,
            UpdatedAt = opened.AddHours(random.Next(3)),
            ResolvedAt = status == AlertStatus.Resolved ? newest : null,
            Resolution = status == AlertStatus.Resolved ? AlertResolution.Recovered.Name() : null,
            Owner = random.Next(3) switch { 0 => null, 1 => "dana", _ => "kim, jr" },
            Segment = random.Next(2) == 0 ? "smb" : "enterprise",
            Arr = random.Next(4) * 12_345.6789m,
            OpenedLabel = "at_risk",
            WorstLabel = "at_risk",
            WorstAt = opened,
            NowLabel = "at_risk",
            Cause = "data",
            Changes = 1,
        };
    }
}
