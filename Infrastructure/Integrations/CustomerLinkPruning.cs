using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>
/// Deletes links of vendors' names that were neither written nor used during the retention of events. An old link whose use was never
/// recorded is first stamped as used now, and deleted after another retention without use.
/// </summary>
internal static class CustomerLinkPruning
{
    private const int ChunkSize = 1000;

    private static readonly SqlText Delete = new(
        """
        DELETE FROM integration_links WHERE (integration_id, reference) IN (
            SELECT l.integration_id, l.reference FROM integration_links AS l WHERE l.used_at < @Cutoff AND l.as_of < @Cutoff
                ORDER BY l.used_at LIMIT @Limit)
        """,
        """
        DELETE integration_links FROM integration_links, (
            SELECT TOP (@Limit) l.integration_id, l.reference FROM integration_links AS l WHERE l.used_at < @Cutoff AND l.as_of < @Cutoff
                ORDER BY l.used_at) AS piece
        WHERE integration_links.integration_id = piece.integration_id AND integration_links.reference = piece.reference
        """);

    private static readonly SqlText Stamp = new(
        """
        UPDATE integration_links SET used_at = @Now WHERE (integration_id, reference) IN (
            SELECT l.integration_id, l.reference FROM integration_links AS l WHERE l.used_at IS NULL AND l.as_of < @Cutoff
                ORDER BY l.as_of LIMIT @Limit)
        """,
        """
        UPDATE integration_links SET used_at = @Now FROM integration_links, (
            SELECT TOP (@Limit) l.integration_id, l.reference FROM integration_links AS l WHERE l.used_at IS NULL
                AND l.as_of < @Cutoff ORDER BY l.as_of) AS piece
        WHERE integration_links.integration_id = piece.integration_id AND integration_links.reference = piece.reference
        """);

    public static async Task PruneAsync(IDatabase database, DateTimeOffset cutoff, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var step in (SqlText[])[Delete, Stamp])
            await Chunks.WriteAsync(database, ChunkSize, transaction => ChunkAsync(transaction, step, cutoff, now), cancellation);
    }

    private static Task<int> ChunkAsync(DbTransaction transaction, SqlText step, DateTimeOffset cutoff, DateTimeOffset now) =>
        transaction.Connection!.ExecuteAsync(
            step.For(transaction.Connection!), new { Cutoff = cutoff, Now = now, Limit = ChunkSize }, transaction);
}
