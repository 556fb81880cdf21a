using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Idempotency;

/// <summary>
/// Deletes expired Idempotency-Keys once a minute, oldest first, in small transactions, so that requests do not have to.
/// </summary>
internal sealed class IdempotencySweeper(IDatabase database, LoopHealth health, TimeProvider time, ILogger<IdempotencySweeper> logger)
    : WorkerLoop("idempotency-sweep", health, logger)
{
    private const int ChunkSize = 500;

    // The outer condition checks again, because a claim may have been renewed since the inner select.
    private static readonly SqlText Expire = new(
        """
        DELETE FROM idempotency_keys WHERE created_at < @Expired AND (key_id, idempotency_key) IN (
            SELECT k.key_id, k.idempotency_key FROM idempotency_keys AS k WHERE k.created_at < @Expired ORDER BY k.created_at LIMIT @Limit)
        """,
        "DELETE TOP (@Limit) FROM idempotency_keys WHERE created_at < @Expired");

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        await Task.Delay(Every, time, stopping);
        await SweepAsync(stopping);
    }

    /// <summary>Deletes the keys that have expired.</summary>
    internal Task SweepAsync(CancellationToken cancellation)
    {
        var expired = time.GetUtcNow() - IdempotencyStore.Kept;
        return Chunks.WriteAsync(database, ChunkSize, transaction => DeleteAsync(transaction, expired), cancellation);
    }

    private static Task<int> DeleteAsync(DbTransaction transaction, DateTimeOffset expired) =>
        transaction.Connection!.ExecuteAsync(
            Expire.For(transaction.Connection!), new { Expired = expired, Limit = ChunkSize }, transaction);
}
