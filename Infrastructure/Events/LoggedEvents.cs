using System.Data.Common;
using System.Text;
using Dapper;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Events;

/// <summary>A position in the order of an account's events, where a page ended.</summary>
public sealed record EventPosition(DateTimeOffset At, string Source, string Id)
{
    /// <summary>Before every event.</summary>
    public static readonly EventPosition First = new(DateTimeOffset.MinValue, "", "");

    /// <summary>After every event of the instant and before all later ones.</summary>
    public static EventPosition AfterInstant(DateTimeOffset at) => new(at.AddMicroseconds(1), "", "");
}

/// <summary>An event of the log with the data that was sent.</summary>
public sealed record StoredEvent(LoggedEvent Logged, string Data)
{
    public EventPosition Position => new(Logged.Event.OccurredAt, Logged.Event.Source, Logged.Event.Id);
}

/// <summary>
/// Reads pages of an account's events, forwards or backwards from a position. Each page is one index seek (three on SQL Server, forwards).
/// </summary>
internal static class LoggedEvents
{
    private const string Columns =
        "source AS Source, id AS Id, type AS Type, occurred_at AS OccurredAt, received_at AS ReceivedAt, data AS Data";

    private const string Back = """
        FROM events
        WHERE account_id = @AccountId AND type >= @LowType AND type <= @HighType AND occurred_at > @Since AND occurred_at <= @AfterAt
            AND (occurred_at < @AfterAt OR source < @AfterSource OR (source = @AfterSource AND id < @AfterId))
        ORDER BY occurred_at DESC, source DESC, id DESC
        """;

    private static readonly SqlText SelectBack =
        new("SELECT " + Columns + "\n" + Back + "\nLIMIT @Limit", "SELECT TOP (@Limit) " + Columns + "\n" + Back);

    // SQL Server cannot compare row values, so three seeks, each in order, are combined and the first rows are taken.
    private static readonly SqlText SelectOn = new(
        "SELECT " + Columns + """

        FROM events
        WHERE account_id = @AccountId AND (occurred_at, source, id) > (@AfterAt, @AfterSource, @AfterId) AND occurred_at <= @UpTo
            AND seq <= @Last
        ORDER BY occurred_at, source, id LIMIT @Limit
        """,
        """
        SELECT TOP (@Limit) e.source AS Source, e.id AS Id, e.type AS Type, e.occurred_at AS OccurredAt, e.received_at AS ReceivedAt,
            e.data AS Data
        FROM (
            SELECT a.seq, a.occurred_at, a.source, a.id FROM (
                SELECT TOP (@Limit) seq, occurred_at, source, id FROM events
                WHERE account_id = @AccountId AND occurred_at = @AfterAt AND source = @AfterSource AND id > @AfterId AND seq <= @Last
                    ORDER BY id) AS a
            UNION ALL
            SELECT b.seq, b.occurred_at, b.source, b.id FROM (
                SELECT TOP (@Limit) seq, occurred_at, source, id FROM events
                WHERE account_id = @AccountId AND occurred_at = @AfterAt AND source > @AfterSource AND seq <= @Last ORDER BY source,
                    id) AS b
            UNION ALL
            SELECT c.seq, c.occurred_at, c.source, c.id FROM (
                SELECT TOP (@Limit) seq, occurred_at, source, id FROM events
                WHERE account_id = @AccountId AND occurred_at > @AfterAt AND occurred_at <= @UpTo AND seq <= @Last ORDER BY occurred_at,
                    source, id) AS c) AS p
        JOIN events AS e ON e.seq = p.seq
        ORDER BY p.occurred_at, p.source, p.id
        """);

    // Reads the whole index of the account up to the horizon, and rows only where events are late. The plus keeps the database from
    // reading all events of all accounts since the number.
    private static readonly SqlText SelectLate = new(
        "SELECT " + Columns + """

        FROM events
        WHERE account_id = @AccountId AND (occurred_at, source, id) > (@AfterAt, @AfterSource, @AfterId) AND occurred_at <= @UpTo
            AND +seq > @Since AND +seq <= @Last
        ORDER BY occurred_at, source, id LIMIT @Limit
        """,
        """
        SELECT e.source AS Source, e.id AS Id, e.type AS Type, e.occurred_at AS OccurredAt, e.received_at AS ReceivedAt, e.data AS Data
        FROM (
            SELECT TOP (@Limit) seq FROM events WITH (FORCESEEK)
            WHERE account_id = @AccountId AND occurred_at >= @AfterAt AND occurred_at <= @UpTo AND seq + 0 > @Since AND seq + 0 <= @Last
                AND (occurred_at > @AfterAt OR source > @AfterSource OR (source = @AfterSource AND id > @AfterId))
            ORDER BY occurred_at, source, id) AS p
        JOIN events AS e ON e.seq = p.seq
        ORDER BY e.occurred_at, e.source, e.id
        """);

    private static readonly SqlText CountSome = new(
        """
        SELECT COUNT(*) FROM (
            SELECT 1 AS one FROM events WHERE account_id = @AccountId AND occurred_at >= @From AND occurred_at <= @UpTo LIMIT @Limit) AS p
        """,
        """
        SELECT COUNT(*) FROM (
            SELECT TOP (@Limit) 1 AS one FROM events
            WHERE account_id = @AccountId AND occurred_at >= @From AND occurred_at <= @UpTo) AS p
        """);

    // Reads the account's part of an index; without the plus and the hint, the newest events of all accounts.
    private static readonly SqlText SelectLastOf = new(
        "SELECT COALESCE(MAX(+seq), 0) FROM events WHERE account_id = @AccountId",
        "SELECT COALESCE(MAX(seq), 0) FROM events WITH (FORCESEEK) WHERE account_id = @AccountId");

    private const string SelectSince = "SELECT " + Columns + " FROM events WHERE account_id = @AccountId AND seq > @Last";

    /// <summary>
    /// How far a sender's clock may be ahead. An event that was received by an instant may have a time of occurrence up to this much later.
    /// </summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>The next events after the position that happened up to an instant, oldest first.</summary>
    /// <param name="upTo">The instant; events at it are included.</param>
    /// <param name="last">Events with a higher number are left out.</param>
    public static async Task<IReadOnlyList<StoredEvent>> ReadOnAsync(
        DbConnection connection, string accountId, EventPosition after, DateTimeOffset upTo, long last, int limit) =>
        [.. (await ReadRowsOnAsync(connection, accountId, after, upTo, last, limit)).Select(row => row.ToStored(accountId))];

    /// <summary>The next events after the position that happened up to an instant but were added late, oldest first.</summary>
    /// <param name="upTo">The instant; events at it are included.</param>
    /// <param name="since">Events with this number or a lower one are left out.</param>
    /// <param name="last">Events with a higher number are left out.</param>
    public static async Task<IReadOnlyList<StoredEvent>> ReadLateAsync(
        DbConnection connection, string accountId, EventPosition after, DateTimeOffset upTo, long since, long last, int limit)
    {
        var parameters = new
        {
            AccountId = accountId,
            AfterAt = after.At,
            AfterSource = after.Source,
            AfterId = after.Id,
            UpTo = upTo,
            Since = since,
            Last = last,
            Limit = limit
        };
        var rows = await connection.QueryAsync<EventRow>(SelectLate.For(connection), parameters);
        return [.. rows.Select(row => row.ToStored(accountId))];
    }

    /// <summary>The same as stored rows.</summary>
    internal static async Task<IReadOnlyList<EventRow>> ReadRowsOnAsync(
        DbConnection connection, string accountId, EventPosition after, DateTimeOffset upTo, long last, int limit)
    {
        var parameters = new
        {
            AccountId = accountId,
            AfterAt = after.At,
            AfterSource = after.Source,
            AfterId = after.Id,
            UpTo = upTo,
            Last = last,
            Limit = limit
        };
        return [.. await connection.QueryAsync<EventRow>(SelectOn.For(connection), parameters)];
    }

    /// <summary>Whether more than so many events happened after the position and up to an instant.</summary>
    public static async Task<bool> HasManyAsync(
        DbConnection connection, string accountId, EventPosition after, DateTimeOffset upTo, int count)
    {
        var parameters = new { AccountId = accountId, From = after.At, UpTo = upTo, Limit = count + 1 };
        return await connection.ExecuteScalarAsync<long>(CountSome.For(connection), parameters) > count;
    }

    /// <summary>
    /// The number of the account's newest event; 0 where it has none. Transactions that add events of one account run one after the other,
    /// so the account's later events have higher numbers.
    /// </summary>
    public static Task<long> LastAsync(DbConnection connection, string accountId) =>
        connection.ExecuteScalarAsync<long>(SelectLastOf.For(connection), new { AccountId = accountId });

    /// <summary>All events of the account with a higher number; for the few events that have come within a short time.</summary>
    public static async Task<IReadOnlyList<LoggedEvent>> ReadSinceAsync(
        DbConnection connection, DbTransaction transaction, string accountId, long last)
    {
        var rows = await connection.QueryAsync<EventRow>(SelectSince, new { AccountId = accountId, Last = last }, transaction);
        return [.. rows.Select(row => row.ToStored(accountId).Logged)];
    }

    /// <summary>Events of the types in a range, later than <paramref name="since"/>, before the position, newest first.</summary>
    public static async Task<IReadOnlyList<StoredEvent>> ReadBackAsync(
        DbConnection connection, string accountId, IReadOnlyList<EventType> types, DateTimeOffset since, EventPosition before, int limit)
    {
        var parameters = new
        {
            AccountId = accountId,
            LowType = (long)types.Min(),
            HighType = (long)types.Max(),
            Since = since,
            AfterAt = before.At,
            AfterSource = before.Source,
            AfterId = before.Id,
            Limit = limit,
        };
        var rows = await connection.QueryAsync<EventRow>(SelectBack.For(connection), parameters);
        return [.. rows.Select(row => row.ToStored(accountId))];
    }

    /// <summary>A row of the event log, as the selects above name its columns.</summary>
    internal sealed record EventRow
    {
        /// <summary>The event's number; 0 where it was not selected.</summary>
        public long Seq { get; init; }

        public string AccountId { get; init; } = "";

        public string Source { get; init; } = "";

        public string Id { get; init; } = "";

        public long Type { get; init; }

        public DateTimeOffset OccurredAt { get; init; }

        public DateTimeOffset ReceivedAt { get; init; }

        public string Data { get; init; } = "";

        public StoredEvent ToStored() => ToStored(AccountId);

        public StoredEvent ToStored(string accountId)
        {
            var envelope = new EventEnvelope
            {
                Source = Source,
                Id = Id,
                Type = (EventType)Type,
                AccountId = accountId,
                OccurredAt = OccurredAt,
                ReceivedAt = ReceivedAt,
                ContentHash = 0,
                Data = Encoding.UTF8.GetBytes(Data),
            };
            return new StoredEvent(new LoggedEvent(EventReader.Open(envelope), ReceivedAt), Data);
        }
    }
}
