using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>Looks whether the secrets in the store can be opened with the keys that this process has.</summary>
public sealed class SecretAudit(IDatabase database, SecretVault vault, TimeProvider time)
{
    /// <summary>How old a finding may be that a probe is answered with.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    // Anybody may ask for readiness: however many do at once, the secrets are opened once.
    private readonly Recent<UnreadableSecrets> _recent = new(() => FindAsync(database, vault, CancellationToken.None), Fresh, time);

    /// <summary>As found by a look that began at most ten seconds ago, or ends now.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public Task<UnreadableSecrets> RecentAsync(CancellationToken cancellation) => _recent.GetAsync(cancellation);

    /// <summary>Opens every secret that the service needs.</summary>
    internal static async Task<UnreadableSecrets> FindAsync(IDatabase database, SecretVault vault, CancellationToken cancellation)
    {
        var (counts, keys) = (new List<string>(), new SortedSet<string>(StringComparer.Ordinal));
        var total = 0;
        foreach (var column in SealedColumns.All.Where(column => column.IsNeeded))
        {
            var count = 0;
            for (IReadOnlyList<SealedRow>? piece = null; piece is null || piece.Count == SealedColumn.ChunkSize;)
            {
                piece = await column.ReadAsync(database, piece?[^1], null, cancellation);
                foreach (var row in piece.Where(row => vault.TryOpen(column.OwnerOf(row), row.Sealed) is null))
                {
                    count++;
                    keys.Add(SecretVault.KeyIdOf(row.Sealed) ?? "unknown");
                }
            }

            if (count > 0) counts.Add($"{count} {(count == 1 ? column.Singular : column.Plural)}");
            total += count;
        }

        return new UnreadableSecrets(total, string.Join(" and ", counts), [.. keys]);
    }
}

/// <summary>Secrets that no key of this process opens.</summary>
/// <param name="Count">How many subscriptions and integrations have such secrets.</param>
/// <param name="Description">How many of which, in words; empty where there are none.</param>
/// <param name="KeyIds">The names of the keys that sealed them: the first 8 hex digits of each key's SHA-256.</param>
public sealed record UnreadableSecrets(int Count, string Description, IReadOnlyList<string> KeyIds);
