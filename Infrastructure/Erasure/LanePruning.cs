using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Erasure;

/// <summary>
/// Deletes in chunks what is no longer needed: the ids of taken messages after a week, the rows of processes that have ended, tombstones
/// after the retention, and the links between accounts and expired idempotency answers.
/// </summary>
internal sealed class LanePruning(IDatabase database, IOptions<RetentionOptions> retention, TimeProvider time)
{
    private const int ChunkSize = 1000;

    private const string SelectProcesses = "SELECT DISTINCT id FROM lane_processes";

    // A process numbers its messages in order, so the oldest have the smallest numbers.
    private static readonly SqlText Taken = new(
        """
        DELETE FROM lane_inbox WHERE process = @Id AND taken_at < @Cutoff
            AND number IN (SELECT i.number FROM lane_inbox AS i WHERE i.process = @Id ORDER BY i.number LIMIT @Limit)
        """,
        """
        DELETE FROM lane_inbox WHERE process = @Id AND taken_at < @Cutoff
            AND number IN (SELECT TOP (@Limit) i.number FROM lane_inbox AS i WHERE i.process = @Id ORDER BY i.number)
        """);

    private const string Gone = """
        SELECT COALESCE(SUM(p.taken), 0) FROM lane_processes AS p WHERE p.id = @Id AND p.id <> 0
            AND NOT EXISTS (SELECT 1 FROM lane_inbox AS i WHERE i.process = @Id)
            AND NOT EXISTS (SELECT 1 FROM lane_processes AS s WHERE s.id = @Id AND s.seen_at >= @Cutoff)
            AND (SELECT SUM(a.accepted) FROM lane_processes AS a WHERE a.id = @Id) <= (SELECT SUM(t.taken) FROM lane_processes AS t
                WHERE t.id = @Id)
        """;

    private const string Fold = """
        INSERT INTO lane_processes (id, part, accepted, taken, seen_at) SELECT 0, 0, 0, 0, @Cutoff WHERE NOT EXISTS (SELECT 1
            FROM lane_processes WHERE id = 0 AND part = 0);
        UPDATE lane_processes SET taken = taken + @Events WHERE id = 0 AND part = 0;
        DELETE FROM lane_processes WHERE id = @Id;
        """;

    private static readonly SqlText Tombstones = new(
        """
        DELETE FROM erasures WHERE account_id IN (
            SELECT e.account_id FROM erasures AS e WHERE e.erased_at < @Cutoff AND e.erasing = 0 AND e.markers IS NULL
                ORDER BY e.erased_at LIMIT @Limit)
        """,
        """
        DELETE FROM erasures WHERE account_id IN (
            SELECT TOP (@Limit) e.account_id FROM erasures AS e WHERE e.erased_at < @Cutoff AND e.erasing = 0 AND e.markers IS NULL
                ORDER BY e.erased_at)
        """);

    private static readonly SqlText Answers = new(
        """
        DELETE FROM idempotency_accounts WHERE (account_id, key_id, idempotency_key) IN (
            SELECT a.account_id, a.key_id, a.idempotency_key FROM idempotency_accounts AS a WHERE a.created_at < @Cutoff
                ORDER BY a.created_at LIMIT @Limit)
        """,
        """
        DELETE idempotency_accounts FROM idempotency_accounts, (
            SELECT TOP (@Limit) a.account_id, a.key_id, a.idempotency_key FROM idempotency_accounts AS a WHERE a.created_at < @Cutoff
                ORDER BY a.created_at) AS piece
        WHERE idempotency_accounts.account_id = piece.account_id AND idempotency_accounts.key_id = piece.key_id
            AND idempotency_accounts.idempotency_key = piece.idempotency_key
        """);

    private static readonly TimeSpan Repeats = TimeSpan.FromDays(7), StoredAnswersKept = TimeSpan.FromHours(25);

    /// <exception cref="StoreUnavailableException">Some chunks may be deleted already.</exception>
    public async Task PruneAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        foreach (var id in await database.ReadAsync(connection => connection.QueryAsync<long>(SelectProcesses), cancellation))
        {
            await DeleteAsync(Taken, new { Id = id, Cutoff = now - Repeats, Limit = ChunkSize }, cancellation);
            await database.WriteAsync(transaction => FoldAsync(transaction, id, now - Repeats), cancellation);
        }

        await DeleteAsync(Tombstones, new { Cutoff = now - retention.Value.EventsSpan, Limit = ChunkSize }, cancellation);
        await DeleteAsync(Answers, new { Cutoff = now - StoredAnswersKept, Limit = ChunkSize }, cancellation);
    }

    private static async Task<bool> FoldAsync(DbTransaction transaction, long id, DateTimeOffset cutoff)
    {
        var connection = transaction.Connection!;
        var events = await connection.ExecuteScalarAsync<long>(Gone, new { Id = id, Cutoff = cutoff }, transaction);
        return events > 0 && await connection.ExecuteAsync(Fold, new { Id = id, Events = events, Cutoff = cutoff }, transaction) > 0;
    }

    private Task DeleteAsync(SqlText delete, object parameters, CancellationToken cancellation) => Chunks.WriteAsync(
        database, ChunkSize,
            transaction => transaction.Connection!.ExecuteAsync(delete.For(transaction.Connection!), parameters, transaction),
            cancellation);
}
