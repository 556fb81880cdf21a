namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>The statuses of a delivery, as the store and the API name them.</summary>
public static class DeliveryStatus
{
    /// <summary>Waits to be sent at <c>next_attempt_at</c>.</summary>
    public const string Pending = "pending";

    /// <summary>The receiver answered 2xx.</summary>
    public const string Delivered = "delivered";

    /// <summary>Every attempt of the schedule failed, or the failure is permanent; kept for redelivery.</summary>
    public const string Failed = "failed";

    /// <summary>Not sent, because the subscription is disabled; kept for replay.</summary>
    public const string Held = "held";

    /// <summary>
    /// Was held and outdated when the subscription was enabled: a later state of the same account was sent instead. Kept for replay.
    /// </summary>
    public const string Skipped = "skipped";

    public static IReadOnlyList<string> All { get; } = [Pending, Delivered, Failed, Held, Skipped];
}
