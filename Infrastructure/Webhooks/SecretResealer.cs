using System.Security.Cryptography;
using Dapper;
using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Webhooks;

/// <summary>
/// Seals signing secrets anew that were sealed with a key since replaced, once, when a worker starts. Until it has been there, and in processes that
/// started before it, the previous keys open them. A text that changes meanwhile (a secret rotates) is left as it is: it is sealed with the new key already.
/// </summary>
internal sealed class SecretResealer(IDatabase database, SecretVault vault, ILogger<SecretResealer> logger) : BackgroundService
{
    private const string SelectSealed = "SELECT id AS Id, secrets AS Secrets FROM webhook_subscriptions ORDER BY id";

    private const string Replace = "UPDATE webhook_subscriptions SET secrets = @Resealed WHERE id = @Id AND secrets = @Secrets";

    /// <returns>How many subscriptions' secrets were sealed anew.</returns>
    public async Task<int> ResealAsync(CancellationToken cancellation)
    {
        var rows = await database.ReadAsync(connection => connection.QueryAsync<SealedRow>(SelectSealed), cancellation);
        var outdated = rows.Where(row => !vault.IsCurrent(row.Secrets)).Select(TryReseal).OfType<ResealedRow>().ToList();
        if (outdated.Count == 0) return 0;
        return await database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Replace, outdated, transaction), cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await ResealAsync(stoppingToken) is > 0 and var count)
                logger.LogInformation("The secrets of {Count} webhook subscriptions are sealed with Webhooks:EncryptionKey now", count);
        }
        catch (StoreUnavailableException failure)
        {
            logger.LogWarning(failure, "Secrets were not sealed anew; the next start does it");
        }
    }

    private ResealedRow? TryReseal(SealedRow row)
    {
        try
        {
            return new ResealedRow(row.Id, row.Secrets, vault.Seal(row.Id, vault.Open(row.Id, row.Secrets)));
        }
        catch (CryptographicException failure)
        {
            logger.LogError(failure, "The secrets of webhook subscription {Id} cannot be opened; give the key to Webhooks:PreviousEncryptionKeys", row.Id);
            return null;
        }
    }

    private sealed record SealedRow
    {
        public string Id { get; init; } = "";

        public string Secrets { get; init; } = "";
    }

    private sealed record ResealedRow(string Id, string Secrets, string Resealed);
}
