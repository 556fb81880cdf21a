using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>Deletes the parked events of an account that is being erased, and counts them as dropped.</summary>
internal static class ParkedRows
{
    private static readonly SqlText Select = new(
        "SELECT id AS Id, events AS Events FROM parked_events WHERE account_id = @Id LIMIT @Limit",
        "SELECT TOP (@Limit) id AS Id, events AS Events FROM parked_events WHERE account_id = @Id");

    private static readonly SqlText Delete = new(
        "DELETE FROM parked_events WHERE id IN (SELECT value FROM json_each(@Ids))",
        "DELETE FROM parked_events WHERE id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') "
            + "AS j)");

    private const string CountDropped = "UPDATE erasures SET dropped = dropped + @Events WHERE account_id = @Id";

    /// <summary>Drops one chunk of parked events.</summary>
    /// <returns>The number of rows in the chunk.</returns>
    public static async Task<int> DropAsync(DbTransaction transaction, string accountId, int limit)
    {
        var connection = transaction.Connection!;
        var rows = (await connection.QueryAsync<ParkedRow>(Select.For(connection), new { Id = accountId, Limit = limit }, transaction))
            .AsList();
        if (rows.Count == 0) return 0;
        var events = rows.Sum(row => row.Events);
        if (await connection.ExecuteAsync(
            Delete.For(connection), new { Ids = JsonRows.Of(connection, rows.Select(row => row.Id)) }, transaction) != rows.Count)
        {
            throw new System.Data.DBConcurrencyException("A parked event was deleted after it was read.");
        }

        await IngestionCounters.AddAsync(transaction, IngestionCounters.Dropped, IngestionCounters.Part(accountId), events);
        await connection.ExecuteAsync(CountDropped, new { Id = accountId, Events = events }, transaction);
        return rows.Count;
    }

    private sealed record ParkedRow
    {
        public string Id { get; init; } = "";

        public long Events { get; init; }
    }
}
