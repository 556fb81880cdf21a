namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>Where a delivery stands; the words are the store's and the API's.</summary>
public static class DeliveryStatus
{
    /// <summary>To be sent when <c>next_attempt_at</c> comes.</summary>
    public const string Pending = "pending";

    /// <summary>The receiver answered 2xx.</summary>
    public const string Delivered = "delivered";

    /// <summary>Every attempt of the schedule failed, or the failure cannot heal; kept for redelivery.</summary>
    public const string Failed = "failed";

    /// <summary>Fell due while the subscription was disabled; kept for replay.</summary>
    public const string Held = "held";

    /// <summary>
    /// Was held, and old news when the subscription was enabled: a later state of the same account was sent instead. Kept for replay.
    /// </summary>
    public const string Skipped = "skipped";

    public static IReadOnlyList<string> All { get; } = [Pending, Delivered, Failed, Held, Skipped];
}
