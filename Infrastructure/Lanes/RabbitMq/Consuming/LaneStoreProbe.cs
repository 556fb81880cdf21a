using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>Finds out whether the store takes writes. Reading is not enough, since a full disk can still be read.</summary>
internal sealed class LaneStoreProbe(IDatabase database, TimeProvider time)
{
    private const string Write = """
        INSERT INTO settings (name, value) SELECT 'lanes:probe', @Value WHERE NOT EXISTS (SELECT 1 FROM settings
            WHERE name = 'lanes:probe');
        UPDATE settings SET value = @Value WHERE name = 'lanes:probe';
        """;

    /// <exception cref="StoreUnavailableException">The store takes no writes.</exception>
    public Task WriteAsync(CancellationToken cancellation) => database.WriteAsync(
        transaction => transaction.Connection!.ExecuteAsync(Write, new { Value = time.GetUtcNow().ToString("O") }, transaction),
            cancellation);
}
