namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// One message for one subscription, as the delivery log shows it. <see cref="NextAttemptAt"/> is null unless the delivery is pending.
/// </summary>
public sealed record Delivery(
    DeliveryPosition Position,
    string Id,
    string SubscriptionId,
    string MessageId,
    string Type,
    string? AccountId,
    string Status,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? CompletedAt,
    int? ResponseStatus);

/// <summary>
/// One attempt of a delivery: the receiver's status and the first 1 KiB of its answer, or the error (<c>timeout</c>, <c>dns</c>,
/// <c>connection</c>, <c>tls</c>, <c>protocol</c>, <c>address_refused</c>) where none came.
/// </summary>
public sealed record LoggedAttempt(int Number, DateTimeOffset At, int? Status, string? Error, double DurationMs, string? Answer);

/// <summary>The result of a request to send a delivery again.</summary>
public enum RedeliverResult : byte { Queued, NotFound, Disabled }

/// <summary>A delivery with the body of its message and all attempts.</summary>
public sealed record DeliveryDetails(Delivery Delivery, string Body, IReadOnlyList<LoggedAttempt> Attempts);

/// <summary>The position of a delivery in its subscription's log: the instant of its creation, then the order of queueing.</summary>
public sealed record DeliveryPosition(DateTimeOffset CreatedAt, long Seq);
