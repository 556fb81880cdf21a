using HealthApi.Infrastructure.Alerts;

namespace HealthApi.Api.Alerts;

/// <summary>Figures about the alerts that opened in a period, and about the accounts that churned in it.</summary>
/// <param name="Opened">Alerts that opened in the period; the other figures of alerts are about these.</param>
/// <param name="Active">Those that are not resolved.</param>
/// <param name="MedianHoursToAcknowledge">From opening to acknowledging; null if none was acknowledged.</param>
/// <param name="MedianHoursToResolve">From opening to resolving; null if none was resolved.</param>
internal sealed record AlertStatsView(
    DateTimeOffset From, DateTimeOffset To, int Opened, int Active, ResolvedView Resolved, double? MedianHoursToAcknowledge,
    double? MedianHoursToResolve, int Flapping, long Suppressed, FollowedByChurnView FollowedByChurn, ChurnedView Churned,
    IReadOnlyList<OwnerStatsView> Owners)
{
    private const double SecondsPerHour = 3600;
    private const int ShownDecimals = 2;

    public static AlertStatsView Of(AlertStats stats, DateTimeOffset from, DateTimeOffset to) => new(
        from,
        to,
        stats.All.Opened,
        stats.All.Active,
        ResolvedView.Of(stats.All),
        Hours(stats.All.MedianSecondsToAcknowledge),
        Hours(stats.All.MedianSecondsToResolve),
        stats.All.Flapping,
        stats.All.Suppressed,
        new FollowedByChurnView(stats.FollowedByChurn, stats.Undecided, Share(stats.FollowedByChurn, stats.All.Opened)),
        new ChurnedView(stats.ChurnedAccounts, stats.ChurnedWithAlert, Share(stats.ChurnedWithAlert, stats.ChurnedAccounts)),
        [.. stats.Owners.Select(OwnerStatsView.Of)]);

    internal static double? Hours(double? seconds) => seconds is { } known ? Math.Round(known / SecondsPerHour, ShownDecimals) : null;

    /// <summary>A share from 0 to 1 with four decimals; null of nothing.</summary>
    private static double? Share(int part, int whole) => whole == 0 ? null : Math.Round((double)part / whole, 2 * ShownDecimals);
}

/// <summary>Resolved alerts by the kind of their resolution.</summary>
internal sealed record ResolvedView(int Recovered, int Settled, int Churned, int Manual, int Expired)
{
    public static ResolvedView Of(AlertTally tally) => new(tally.Recovered, tally.Settled, tally.Churned, tally.Manual, tally.Expired);
}

/// <summary>The alerts whose account churned within 90 days after they opened.</summary>
/// <param name="Undecided">Alerts that opened less than 90 days ago, and whose account has not churned.</param>
/// <param name="Share">Of all alerts that opened, 0–1; null without any.</param>
internal sealed record FollowedByChurnView(int Alerts, int Undecided, double? Share);

/// <summary>The accounts that churned in the period.</summary>
/// <param name="WithAlert">Those that had an alert at least 14 days before.</param>
/// <param name="Share">0–1; null if none churned.</param>
internal sealed record ChurnedView(int Accounts, int WithAlert, double? Share);

/// <summary>The alerts of an owner; null are the alerts without one.</summary>
internal sealed record OwnerStatsView(
    string? Owner, int Opened, int Active, ResolvedView Resolved, double? MedianHoursToAcknowledge, double? MedianHoursToResolve,
    int Flapping, long Suppressed)
{
    public static OwnerStatsView Of(AlertTally tally) => new(
        tally.Owner,
        tally.Opened,
        tally.Active,
        ResolvedView.Of(tally),
        AlertStatsView.Hours(tally.MedianSecondsToAcknowledge),
        AlertStatsView.Hours(tally.MedianSecondsToResolve),
        tally.Flapping,
        tally.Suppressed);
}
