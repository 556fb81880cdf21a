using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>Prevents the start when a key is missing that stored secrets still need.</summary>
internal sealed class SecretGuard(IDatabase database, SecretKeys keys, IOptions<SecretOptions> options, ILogger<SecretGuard> logger)
{
    private const string WayOut = "if it is lost, start with --Webhooks:AllowUnreadableSecrets true and rotate these secrets";

    /// <exception cref="EncryptionKeyException">A key is missing or cannot be read; nothing was written.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        if (keys.FilePath is { } path && KeyFile.IsOpenToOthers(path))
            logger.LogWarning("{Path} can be read or written by users other than its owner; run chmod 600 on it", path);
        var found = await SecretAudit.FindAsync(database, keys.OpeningVault(), cancellation);
        if (found.Count == 0) return;
        var (things, sealers) = (found.Description, string.Join(", ", found.KeyIds));
        if (!options.Value.AllowUnreadableSecrets)
        {
            throw new EncryptionKeyException(keys.FileIsMissing
                ? $"{keys.FilePath} is missing. It holds the key to the secrets of {things}: restore it from a backup, or set "
                    + $"Webhooks:EncryptionKey to the key {sealers} if it was configured; {WayOut}."
                : $"The secrets of {things} cannot be opened: add the key {sealers} to Webhooks:PreviousEncryptionKeys until they are "
                    + $"sealed again; {WayOut}.");
        }

        logger.LogWarning(
            "The secrets of {Things} cannot be opened (key {Keys}); their webhooks wait until the key is configured or the "
                + "secrets are rotated",
            things, sealers);
    }
}
