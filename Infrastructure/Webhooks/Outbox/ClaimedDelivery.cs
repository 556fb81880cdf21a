using System.Text;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// A delivery that this dispatcher has leased, with the message to send. <see cref="Tries"/> counts the attempts since it was last queued.
/// </summary>
internal sealed record ClaimedDelivery
{
    public long Seq { get; init; }

    public string MessageId { get; init; } = "";

    public string? AccountId { get; init; }

    /// <summary>The bytes that are signed and sent.</summary>
    public byte[] Body { get; init; } = [];

    public string? Trace { get; init; }

    public long Tries { get; init; }

    /// <summary>No other process sends it before this instant.</summary>
    public DateTimeOffset LeaseUntil { get; init; }
}

/// <summary>A due delivery, as the database drivers read it.</summary>
internal sealed record DueRow
{
    public const string Columns =
        "d.seq AS Seq, m.id AS MessageId, m.account_id AS AccountId, m.body AS Body, m.trace AS Trace, d.tries AS Tries";

    public long Seq { get; init; }

    public string MessageId { get; init; } = "";

    public string? AccountId { get; init; }

    public string Body { get; init; } = "";

    public string? Trace { get; init; }

    public long Tries { get; init; }

    public ClaimedDelivery ToDelivery() =>
        new()
        {
            Seq = Seq,
            MessageId = MessageId,
            AccountId = AccountId,
            Body = Encoding.UTF8.GetBytes(Body),
            Trace = Trace,
            Tries = Tries
        };
}
