using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>
/// The ids and hashed write keys of all integrations, read at most once a second, so that requests with guessed ids or keys do not query
/// the store.
/// </summary>
public sealed class IntegrationNames(IDatabase database, TimeProvider time)
{
    private const string Select = "SELECT id FROM integrations UNION ALL SELECT hash FROM integration_write_keys";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Recent<HashSet<string>> _names = new(
        async () =>
            [.. await database.ReadAsync(connection => connection.QueryAsync<string>(Select), CancellationToken.None)], Fresh, time);

    /// <summary>Whether an integration with this id exists, or existed a second ago.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public async Task<bool> HasIdAsync(string id, CancellationToken cancellation) => (await _names.GetAsync(cancellation)).Contains(id);

    /// <summary>Whether an integration has, or had a second ago, this write key; it may have expired.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public async Task<bool> HasWriteKeyAsync(string key, CancellationToken cancellation) =>
        (await _names.GetAsync(cancellation)).Contains(SharedSecrets.Hash(key));
}
