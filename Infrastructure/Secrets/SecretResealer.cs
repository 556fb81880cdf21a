using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>
/// Seals anew what was sealed with a key since replaced: everything of <see cref="SealedColumns"/>, in small transactions, when a worker
/// starts and then every hour, since processes that know the old key only may still seal with it. Until it has been there the previous keys
/// open it. A text that changes meanwhile is left as it is, so it may run in several processes at once, and what was interrupted goes on
/// where it was.
/// </summary>
internal sealed class SecretResealer(
    IDatabase database, SecretVault vault, LoopHealth health, TimeProvider time, ILogger<SecretResealer> logger)
    : WorkerLoop("secrets", health, logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <returns>How many texts were sealed anew.</returns>
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
        for (IReadOnlyList<SealedRow>? piece = null; piece is null || piece.Count == SealedColumn.ChunkSize;)
        {
            piece = await column.ReadAsync(database, piece?[^1], vault.CurrentPrefix, cancellation);
            var rows = piece.Select(row => Reseal(column, row)).OfType<ResealedRow>().ToList();
            unreadable += piece.Count - rows.Count;
            if (rows.Count > 0) resealed += await database.WriteAsync(transaction => column.ReplaceAsync(transaction, rows), cancellation);
        }

        if (resealed > 0) logger.LogInformation("{Count} {Things} are sealed with Webhooks:EncryptionKey now", resealed, column.Plural);
        if (unreadable > 0 && column.IsNeeded)
            logger.LogError(
                "{Count} {Things} have secrets that no key opens; give it in Webhooks:PreviousEncryptionKeys, or rotate the secrets",
                unreadable, column.Plural);
        return resealed;
    }

    private ResealedRow? Reseal(SealedColumn column, SealedRow row) => vault.TryOpen(column.OwnerOf(row), row.Sealed) is { } text
        ? new ResealedRow(row.Scope, row.Id, row.Sealed, vault.Seal(column, column.OwnerOf(row), text))
        : null;
}
