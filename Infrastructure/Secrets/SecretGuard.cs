using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>Refuses to start without a key that secrets in the store still need.</summary>
internal sealed class SecretGuard(IDatabase database, SecretKeys keys, IOptions<SecretOptions> options, ILogger<SecretGuard> logger)
{
    private const string WayOut = "if it is lost, start with --Webhooks:AllowUnreadableSecrets true and rotate these secrets";

    /// <exception cref="EncryptionKeyException">A key is missing or cannot be read; nothing was written.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        if (keys.FilePath is { } path && KeyFile.IsOpenToOthers(path))
            logger.LogWarning("{Path} can be read or written by others than its owner; chmod 600 it", path);
        var found = await SecretAudit.FindAsync(database, keys.OpeningVault(), cancellation);
        if (found.Count == 0) return;
        var (things, sealers) = (found.Description, string.Join(", ", found.KeyIds));
        if (!options.Value.AllowUnreadableSecrets)
            throw new EncryptionKeyException(keys.FileIsMissing
                ? $"{keys.FilePath} is missing, which holds the key to the secrets of {things}: restore it from a backup, or give the key "
                    + $"{sealers} as "
                    + $"Webhooks:EncryptionKey where it was configured; {WayOut}."
                : $"The secrets of {things} cannot be opened: give the key {sealers} in Webhooks:PreviousEncryptionKeys until they are "
                    + $"sealed anew; {WayOut}.");
        logger.LogWarning(
            "The secrets of {Things} cannot be opened (key {Keys}); their webhooks wait until the key is there or the secrets are rotated",
            things, sealers);
    }
}
