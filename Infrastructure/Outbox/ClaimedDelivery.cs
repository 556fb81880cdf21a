namespace HealthApi.Infrastructure.Outbox;

/// <summary>A delivery under this dispatcher's lease, with the message to send. <see cref="Tries"/> counts the attempts since it was last queued.</summary>
internal sealed record ClaimedDelivery
{
    public long Seq { get; init; }

    public string MessageId { get; init; } = "";

    public string? AccountId { get; init; }

    public string Body { get; init; } = "";

    public string? Trace { get; init; }

    public long Tries { get; init; }

    /// <summary>Nobody else sends it before this instant.</summary>
    public DateTimeOffset LeaseUntil { get; init; }
}
