using System.Data.Common;
using System.Text;
using Dapper;
using HealthApi.Core.Events;

namespace HealthApi.Infrastructure.Events;

/// <summary>The event log, from which every figure can be told again.</summary>
public static class EventLog
{
    private const string SelectAccount = """
        SELECT source AS Source, id AS Id, type AS Type, occurred_at AS OccurredAt, received_at AS ReceivedAt, data AS Data
        FROM events WHERE account_id = @AccountId AND occurred_at <= @UpTo
        ORDER BY occurred_at, source, id
        """;

    /// <summary>The account's events up to an instant (included), oldest first.</summary>
    public static async Task<IReadOnlyList<HealthEvent>> ReadAsync(DbConnection connection, DbTransaction? transaction, string accountId, DateTimeOffset upTo)
    {
        var rows = await connection.QueryAsync<EventRow>(SelectAccount, new { AccountId = accountId, UpTo = upTo }, transaction);
        return [.. rows.Select(row => EventReader.Open(row.ToEnvelope(accountId)))];
    }

    private sealed record EventRow
    {
        public string Source { get; init; } = "";

        public string Id { get; init; } = "";

        public long Type { get; init; }

        public DateTimeOffset OccurredAt { get; init; }

        public DateTimeOffset ReceivedAt { get; init; }

        public string Data { get; init; } = "";

        public EventEnvelope ToEnvelope(string accountId) => new()
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
    }
}
