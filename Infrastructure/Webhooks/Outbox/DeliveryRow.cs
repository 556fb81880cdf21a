namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>A delivery as stored.</summary>
internal record DeliveryRow
{
    public const string Columns = """
        d.seq AS Seq, d.id AS Id, d.subscription_id AS SubscriptionId, d.message_id AS MessageId, m.type AS Type, m.account_id AS AccountId,
        d.status AS Status, d.attempts AS Attempts, d.created_at AS CreatedAt, d.next_attempt_at AS NextAttemptAt,
            d.completed_at AS CompletedAt,
        d.response_status AS ResponseStatus
        """;

    public long Seq { get; init; }

    public string Id { get; init; } = "";

    public string SubscriptionId { get; init; } = "";

    public string MessageId { get; init; } = "";

    public string Type { get; init; } = "";

    public string? AccountId { get; init; }

    public string Status { get; init; } = "";

    public long Attempts { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public long? ResponseStatus { get; init; }

    public Delivery ToDelivery() => new(
        new DeliveryPosition(CreatedAt, Seq), Id, SubscriptionId, MessageId, Type, AccountId, Status, (int)Attempts, CreatedAt,
        NextAttemptAt, CompletedAt, (int?)ResponseStatus);
}

/// <summary>An attempt as stored.</summary>
internal sealed record AttemptRow
{
    public const string Columns =
        "number AS Number, at AS At, status AS Status, error AS Error, duration_ms AS DurationMs, answer AS Answer";

    public long Number { get; init; }

    public DateTimeOffset At { get; init; }

    public long? Status { get; init; }

    public string? Error { get; init; }

    public double DurationMs { get; init; }

    public string? Answer { get; init; }

    public LoggedAttempt ToAttempt() => new((int)Number, At, (int?)Status, Error, DurationMs, Answer);
}
