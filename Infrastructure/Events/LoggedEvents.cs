using System.Data.Common;
using System.Text;
using Dapper;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Events;

/// <summary>Where a page of events ended, going back in time.</summary>
public sealed record EventPosition(DateTimeOffset At, string Source, string Id);

/// <summary>An event of the log with what was sent.</summary>
public sealed record StoredEvent(LoggedEvent Logged, string Data)
{
    public EventPosition Position => new(Logged.Event.OccurredAt, Logged.Event.Source, Logged.Event.Id);
}

/// <summary>The events of an account with the time of their arrival: all up to an instant, or back from one in pages.</summary>
internal static class LoggedEvents
{
    private const string Columns = "source AS Source, id AS Id, type AS Type, occurred_at AS OccurredAt, received_at AS ReceivedAt, data AS Data";

    private const string SelectAll = "SELECT " + Columns + " FROM events WHERE account_id = @AccountId AND occurred_at <= @UpTo ORDER BY occurred_at, source, id";

    private const string Page = """
        FROM events
        WHERE account_id = @AccountId AND type >= @LowType AND type <= @HighType AND occurred_at > @Since AND occurred_at <= @AfterAt
            AND (occurred_at < @AfterAt OR source < @AfterSource OR (source = @AfterSource AND id < @AfterId))
        ORDER BY occurred_at DESC, source DESC, id DESC
        """;

    private static readonly SqlText SelectPage = new("SELECT " + Columns + "\n" + Page + "\nLIMIT @Limit", "SELECT TOP (@Limit) " + Columns + "\n" + Page);

    /// <summary>How far senders' clocks run ahead at most: what happened that much later may have been told already.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>The account's events that count at an instant or may, oldest first.</summary>
    public static async Task<IReadOnlyList<LoggedEvent>> ReadAsync(DbConnection connection, string accountId, DateTimeOffset at)
    {
        var rows = await connection.QueryAsync<EventRow>(SelectAll, new { AccountId = accountId, UpTo = at + Ahead });
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
        var rows = await connection.QueryAsync<EventRow>(SelectPage.For(connection), parameters);
        return [.. rows.Select(row => row.ToStored(accountId))];
    }

    private sealed record EventRow
    {
        public string Source { get; init; } = "";

        public string Id { get; init; } = "";

        public long Type { get; init; }

        public DateTimeOffset OccurredAt { get; init; }

        public DateTimeOffset ReceivedAt { get; init; }

        public string Data { get; init; } = "";

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
