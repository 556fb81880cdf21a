using HealthApi.Infrastructure.Webhooks.Outbox;

namespace HealthApi.Api.Webhooks;

/// <summary>The statistics of a subscription as answers show them.</summary>
internal sealed record StatsView(
    DateTimeOffset Since,
    DateTimeOffset Until,
    long Attempts,
    long Succeeded,
    double? SuccessRate,
    DurationsView DurationMs,
    IReadOnlyDictionary<string, long> Deliveries,
    BacklogView Backlog,
    DateTimeOffset? FailingSince,
    DateTimeOffset? PausedUntil)
{
    private const int RateDigits = 4;

    public static StatsView Of(DeliveryStats stats, DateTimeOffset now) => new(
        stats.Since,
        now,
        stats.Attempts,
        stats.Succeeded,
        stats.SuccessRate is { } rate ? Math.Round(rate, RateDigits) : null,
        new DurationsView(stats.P50, stats.P95),
        stats.Deliveries,
        new BacklogView(stats.Pending, stats.Held, stats.OldestPendingAt),
        stats.FailingSince,
        stats.PausedUntil > now ? stats.PausedUntil : null);
}

/// <summary>Percentiles of the durations of attempts, in milliseconds; null without an answered attempt.</summary>
internal sealed record DurationsView(double? P50, double? P95);

/// <summary>The deliveries that wait now.</summary>
internal sealed record BacklogView(long Pending, long Held, DateTimeOffset? OldestPendingAt);
