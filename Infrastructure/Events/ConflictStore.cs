using Dapper;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Events;

/// <summary>One of several contents that were sent under the same source and id.</summary>
public sealed record EventVersion(EventType Type, string AccountId, DateTimeOffset OccurredAt, DateTimeOffset ReceivedAt, string Data);

/// <summary>
/// A conflict: an event whose source and id the event log already had with another content. <see cref="Kept"/> is the event in the log;
/// null once it was erased or pruned. <see cref="Position"/> orders conflicts as they were found.
/// </summary>
public sealed record EventConflict(long Position, string Source, string Id, EventVersion? Kept, EventVersion Refused);

/// <summary>Lists conflicts, newest first.</summary>
public sealed class ConflictStore(IDatabase database)
{
    private const string Conflicts = """
        c.seq AS Seq, c.source AS Source, c.id AS Id,
        c.type AS Type, c.account_id AS AccountId, c.occurred_at AS OccurredAt, c.received_at AS ReceivedAt, c.data AS Data,
        e.type AS KeptType, e.account_id AS KeptAccountId, e.occurred_at AS KeptOccurredAt, e.received_at AS KeptReceivedAt,
            e.data AS KeptData
        FROM event_conflicts AS c LEFT JOIN events AS e ON e.source = c.source AND e.id = c.id
        WHERE c.seq < @Before AND (@Source IS NULL OR c.source = @Source)
        """;

    // One index seek per table: one condition with OR over both tables would scan all conflicts.
    private const string OfAccount = """
         AND c.seq IN (
            SELECT o.seq FROM event_conflicts AS o WHERE o.account_id = @AccountId
            UNION ALL
            SELECT o.seq FROM events AS k JOIN event_conflicts AS o ON o.source = k.source AND o.id = k.id WHERE k.account_id = @AccountId)
        """;

    private const string Newest = " ORDER BY c.seq DESC";

    private static readonly SqlText Page =
        new("SELECT " + Conflicts + Newest + " LIMIT @Limit", "SELECT TOP (@Limit) " + Conflicts + Newest + " OPTION (RECOMPILE)");

    private static readonly SqlText PageOfAccount = new(
        "SELECT " + Conflicts + OfAccount + Newest + " LIMIT @Limit",
        "SELECT TOP (@Limit) " + Conflicts + OfAccount + Newest + " OPTION (RECOMPILE)");

    /// <summary>Up to <paramref name="limit"/> conflicts before the position. The account may be that of either content.</summary>
    public async Task<IReadOnlyList<EventConflict>> ListAsync(
        string? source, string? accountId, long? before, int limit, CancellationToken cancellation)
    {
        var parameters = new { Before = before ?? long.MaxValue, Source = source, AccountId = accountId, Limit = limit };
        var page = accountId is null ? Page : PageOfAccount;
        var rows =
            await database.ReadAsync(connection => connection.QueryAsync<ConflictRow>(page.For(connection), parameters), cancellation);
        return [.. rows.Select(row => row.ToConflict())];
    }

    private sealed record ConflictRow
    {
        public long Seq { get; init; }

        public string Source { get; init; } = "";

        public string Id { get; init; } = "";

        public long Type { get; init; }

        public string AccountId { get; init; } = "";

        public DateTimeOffset OccurredAt { get; init; }

        public DateTimeOffset ReceivedAt { get; init; }

        public string Data { get; init; } = "";

        public long? KeptType { get; init; }

        public string? KeptAccountId { get; init; }

        public DateTimeOffset? KeptOccurredAt { get; init; }

        public DateTimeOffset? KeptReceivedAt { get; init; }

        public string? KeptData { get; init; }

        public EventConflict ToConflict() => new(
            Seq, Source, Id,
            KeptType is { } type
            ? new EventVersion((EventType)type, KeptAccountId!, KeptOccurredAt!.Value, KeptReceivedAt!.Value, KeptData!) : null,
            new EventVersion((EventType)Type, AccountId, OccurredAt, ReceivedAt, Data));
    }
}
