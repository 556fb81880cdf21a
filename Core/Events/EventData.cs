namespace HealthApi.Core.Events;

/// <summary>
/// The data of an event, by family. Unknown members of the posted <c>data</c> are stored in the event log, but they are not in this record.
/// </summary>
public abstract record EventData;

/// <summary>Usage. <see cref="Quantity"/> is at least 0 with at most 6 decimals, so that sums are exact.</summary>
public sealed record UsageData : EventData
{
    public string? UserId { get; init; }

    public string? Feature { get; init; }

    public decimal Quantity { get; init; } = 1;

    /// <summary>The aggregated figures of a <c>usage.snapshot</c>; null for the other types.</summary>
    public UsageSnapshot? Snapshot { get; init; }
}

/// <summary>Figures that the sender has already aggregated; null if not given.</summary>
public sealed record UsageSnapshot(
    long? ActiveUsers, long? DailyActiveUsers, long? FeaturesUsed, decimal? Records, decimal? Views, decimal? Queries);

public enum TicketPriority : byte { P1 = 1, P2, P3, P4 }

/// <summary>Ordered from best to worst.</summary>
public enum Sentiment : byte { Positive = 1, Neutral, Negative }

public enum EscalationLevel : byte { Normal = 1, Executive }

public sealed record TicketData(
    string TicketId, TicketPriority? Priority, Sentiment? Sentiment, bool? FirstContactResolution, EscalationLevel? Level) : EventData;

public sealed record BillingData : EventData
{
    public string? InvoiceId { get; init; }

    public decimal? Amount { get; init; }

    public string? Currency { get; init; }

    public DateTimeOffset? DueDate { get; init; }

    /// <summary>The id of the subscription; null for the one subscription without an id.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>Monthly recurring revenue of the subscription, in <see cref="Currency"/>.</summary>
    public decimal? Mrr { get; init; }

    /// <summary>Paid seats of the subscription; 0 for an add-on.</summary>
    public int? Licences { get; init; }

    public string? Plan { get; init; }

    /// <summary>Length of the term in months; 1 for a monthly plan.</summary>
    public int? TermMonths { get; init; }

    /// <summary>Whether the subscription renews automatically at the end of its term.</summary>
    public bool? AutoRenew { get; init; }

    public DateTimeOffset? CurrentPeriodEnd { get; init; }

    public DateTimeOffset? RenewalDate { get; init; }

    /// <summary>Whether the subscription ends with its current period; false withdraws a cancellation.</summary>
    public bool? CancelAtPeriodEnd { get; init; }

    /// <summary>When the subscription ends or ended.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Whether the subscription is suspended: it has not ended, but it is neither in use nor paid.</summary>
    public bool? Paused { get; init; }
}

/// <summary>An NPS (0–10), CSAT (1–5) or CES (1–5, 1 = very easy) answer.</summary>
public sealed record ResponseData(double Score, string? RespondentId, string? TicketId) : EventData
{
    /// <summary>
    /// The id of the response within its source. A later event with the same id replaces the earlier ones instead of counting in addition.
    /// </summary>
    public string? ResponseId { get; init; }
}

/// <summary>
/// A relationship event; <see cref="Value"/> is the reported outcome (ROI, 0–100), <see cref="Feature"/> the requested feature.
/// </summary>
public sealed record RelationshipData(double? Value, string? Feature) : EventData;
