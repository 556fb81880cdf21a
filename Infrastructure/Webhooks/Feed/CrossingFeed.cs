using System.Data.Common;
using Dapper;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Webhooks.Feed;

/// <summary>
/// The crossings that wait to be published to the bus: added in the transaction that decided them, read in order, and removed once the
/// broker has confirmed them. Without a bus nothing is added.
/// </summary>
public sealed class CrossingFeed(IDatabase database, bool enabled)
{
    private static readonly SqlText Insert = new(
        """
        INSERT INTO crossing_feed (message_id, account_id, created_at, trace, body)
        SELECT value ->> '$.id', value ->> '$.accountId', value ->> '$.createdAt', value ->> '$.trace', value ->> '$.body'
        FROM json_each(@Rows)
        WHERE true
        ON CONFLICT (message_id) DO NOTHING
        """,
        """
        INSERT INTO crossing_feed (message_id, account_id, created_at, trace, body)
        SELECT r.id, r.accountId, r.createdAt, r.trace, r.body
        FROM OPENJSON(@Rows) WITH (
            ordinal bigint, id nvarchar(64), accountId nvarchar(128) '$.accountId', createdAt datetime2(6) '$.createdAt',
                trace nvarchar(64), body nvarchar(max)) AS r
        WHERE NOT EXISTS (SELECT 1 FROM crossing_feed AS f WHERE f.message_id = r.id COLLATE Latin1_General_100_BIN2)
        ORDER BY r.ordinal
        """);

    private static readonly SqlText SelectFirst = new(
        "SELECT seq AS Seq, message_id AS MessageId, account_id AS AccountId, trace AS Trace, body AS Body FROM crossing_feed ORDER BY "
            + "seq LIMIT @Limit",
        "SELECT TOP (@Limit) seq AS Seq, message_id AS MessageId, account_id AS AccountId, trace AS Trace, body AS Body FROM "
            + "crossing_feed ORDER BY seq");

    private static readonly SqlText Delete = new(
        "DELETE FROM crossing_feed WHERE seq IN (SELECT value FROM json_each(@Seqs))",
        "DELETE FROM crossing_feed WHERE seq IN (SELECT j.v FROM OPENJSON(@Seqs) WITH (v bigint '$') AS j)");

    /// <summary>Adds the crossings among the messages, in their order; skips crossings that exist already.</summary>
    /// <returns>The number of added crossings.</returns>
    internal async Task<int> AppendAsync(DbTransaction transaction, IReadOnlyList<(WebhookMessage Message, WebhookFacts Facts)> messages)
    {
        if (!enabled) return 0;
        var rows = messages.Where(entry => entry.Facts.Direction is not null).Select((entry, ordinal) => new FeedRow(
            ordinal, entry.Message.Id, entry.Message.AccountId!, entry.Message.CreatedAt, entry.Message.Trace, entry.Message.Body))
            .ToList();
        if (rows.Count == 0) return 0;
        var connection = transaction.Connection!;
        return await connection.ExecuteAsync(Insert.For(connection), new { Rows = JsonRows.Of(connection, rows) }, transaction);
    }

    /// <summary>The oldest entries.</summary>
    internal async Task<IReadOnlyList<FeedEntry>> FirstAsync(int limit, CancellationToken cancellation) =>
    [
        .. await database.ReadAsync(
            connection => connection.QueryAsync<FeedEntry>(SelectFirst.For(connection), new { Limit = limit }), cancellation),
    ];

    /// <summary>Removes the entries that the broker has confirmed.</summary>
    internal Task<int> RemoveAsync(IEnumerable<FeedEntry> confirmed, CancellationToken cancellation) => database.WriteAsync(
        transaction =>
        {
            var connection = transaction.Connection!;
            return connection.ExecuteAsync(
                Delete.For(connection), new { Seqs = JsonRows.Of(connection, confirmed.Select(entry => entry.Seq)) }, transaction);
        },
        cancellation);

    private sealed record FeedRow(int Ordinal, string Id, string AccountId, DateTimeOffset CreatedAt, string? Trace, string Body);
}
