namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// The statistics of a subscription. <see cref="Deliveries"/> and the attempts are those of deliveries created from <see cref="Since"/> on;
/// the backlog is everything that waits now. <see cref="P50"/> and <see cref="P95"/> are the durations, in milliseconds, that 50 and 95 of
/// 100 attempts with an answer did not exceed.
/// </summary>
public sealed record DeliveryStats
{
    public required DateTimeOffset Since { get; init; }

    public long Attempts { get; init; }

    public long Succeeded { get; init; }

    public double? P50 { get; init; }

    public double? P95 { get; init; }

    /// <summary>The number of deliveries by status; every status has an entry.</summary>
    public required IReadOnlyDictionary<string, long> Deliveries { get; init; }

    public long Pending { get; init; }

    public long Held { get; init; }

    /// <summary>When the oldest pending delivery was created.</summary>
    public DateTimeOffset? OldestPendingAt { get; init; }

    /// <summary>Since when no attempt has succeeded; null where the receiver is not failing.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Until when the receiver has asked for a pause.</summary>
    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>The share of attempts that succeeded, 0 to 1; null without an attempt.</summary>
    public double? SuccessRate => Attempts == 0 ? null : (double)Succeeded / Attempts;
}
