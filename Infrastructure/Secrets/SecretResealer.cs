using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>
/// Seals texts of <see cref="SealedColumns"/> with the current key where they were sealed with a replaced one. Runs in small transactions
/// when a worker starts and then every hour, since processes that know only the old key may still seal with it. Until then the previous
/// keys open the texts. A text that changes meanwhile is skipped, so several processes may run this at once, and an interrupted run
/// continues with the texts that are left.
/// </summary>
internal sealed class SecretResealer(
    IDatabase database, SecretVault vault, LoopHealth health, TimeProvider time, ILogger<SecretResealer> logger)
    : WorkerLoop("secrets", health, logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <returns>The number of texts that were sealed again.</returns>
    public async Task<int> ResealAsync(CancellationToken cancellation)
    {
        var resealed = 0;
        foreach (var column in SealedColumns.All) resealed += await ResealAsync(column, cancellation);
        return resealed;
    }

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        await ResealAsync(stopping);
        await Task.Delay(Every, time, stopping);
    }

    private async Task<int> ResealAsync(SealedColumn column, CancellationToken cancellation)
    {
        var (resealed, unreadable) = (0, 0);
        for (IReadOnlyList<SealedRow>? chunk = null; chunk is null || chunk.Count == SealedColumn.ChunkSize;)
        {
            chunk = await column.ReadAsync(database, chunk?[^1], vault.CurrentPrefix, cancellation);
            var rows = chunk.Select(row => Reseal(column, row)).OfType<ResealedRow>().ToList();
            unreadable += chunk.Count - rows.Count;
            if (rows.Count > 0) resealed += await database.WriteAsync(transaction => column.ReplaceAsync(transaction, rows), cancellation);
        }

        if (resealed > 0) logger.LogInformation("{Count} {Things} are now sealed with Webhooks:EncryptionKey", resealed, column.Plural);
        if (unreadable > 0 && column.IsNeeded)
        {
            logger.LogError(
                "{Count} {Things} have secrets that no key opens; add their key to Webhooks:PreviousEncryptionKeys, or rotate the secrets",
                unreadable, column.Plural);
        }

        return resealed;
    }

    private ResealedRow? Reseal(SealedColumn column, SealedRow row) => vault.TryOpen(column.OwnerOf(row), row.Sealed) is { } text
        ? new ResealedRow(row.Scope, row.Id, row.Sealed, vault.Seal(column, column.OwnerOf(row), text))
        : null;
}
