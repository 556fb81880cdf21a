using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>Finds stored secrets that the keys of this process cannot open.</summary>
public sealed class SecretAudit(IDatabase database, SecretVault vault, TimeProvider time)
{
    /// <summary>The greatest age of a result that answers a probe.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    // Anyone may call the readiness endpoint: concurrent calls share one check of the secrets.
    private readonly Recent<UnreadableSecrets> _recent = new(() => FindAsync(database, vault, CancellationToken.None), Fresh, time);

    /// <summary>The result of a check that began at most ten seconds ago; otherwise checks again.</summary>
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
            for (IReadOnlyList<SealedRow>? chunk = null; chunk is null || chunk.Count == SealedColumn.ChunkSize;)
            {
                chunk = await column.ReadAsync(database, chunk?[^1], null, cancellation);
                foreach (var row in chunk.Where(row => vault.TryOpen(column.OwnerOf(row), row.Sealed) is null))
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
/// <param name="Count">The number of subscriptions and integrations that have such secrets.</param>
/// <param name="Description">The numbers of each kind, in words; empty where there are none.</param>
/// <param name="KeyIds">The ids of the keys that sealed them: the first 8 hex digits of each key's SHA-256.</param>
public sealed record UnreadableSecrets(int Count, string Description, IReadOnlyList<string> KeyIds);
