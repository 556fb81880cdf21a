namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// How a subscription does. <see cref="Deliveries"/> and the attempts are those of what fell due from <see cref="Since"/> on; the backlog
/// is all that waits now. The durations are of attempts that brought an answer, in milliseconds: half (and 95 of 100) took no longer.
/// </summary>
public sealed record DeliveryStats
{
    public required DateTimeOffset Since { get; init; }

    public long Attempts { get; init; }

    public long Succeeded { get; init; }

    public double? P50 { get; init; }

    public double? P95 { get; init; }

    /// <summary>By status; every status has its entry.</summary>
    public required IReadOnlyDictionary<string, long> Deliveries { get; init; }

    public long Pending { get; init; }

    public long Held { get; init; }

    /// <summary>When the oldest of those pending fell due.</summary>
    public DateTimeOffset? OldestPendingAt { get; init; }

    /// <summary>Since when no attempt has succeeded.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Until when the receiver asked to be left alone.</summary>
    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>0 to 1; null without an attempt.</summary>
    public double? SuccessRate => Attempts == 0 ? null : (double)Succeeded / Attempts;
}
