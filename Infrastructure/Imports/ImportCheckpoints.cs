using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Imports;

/// <summary>How far imports have come, kept in the store they write to, so that an interrupted one goes on where it was.</summary>
public sealed class ImportCheckpoints(IDatabase database)
{
    private const string Select = "SELECT value FROM settings WHERE name = @Name";

    private const string Update = "UPDATE settings SET value = @Value WHERE name = @Name";

    private const string Insert = "INSERT INTO settings (name, value) VALUES (@Name, @Value)";

    private const string Delete = "DELETE FROM settings WHERE name = @Name";

    /// <summary>What was saved last under the import's key; null where there is nothing to go on from.</summary>
    public Task<string?> FindAsync(string key, CancellationToken cancellation) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<string?>(Select, new { Name = Name(key) }), cancellation);

    public Task SaveAsync(string key, string value, CancellationToken cancellation) => database.WriteAsync(
        async transaction =>
        {
            var row = new { Name = Name(key), Value = value };
            return await transaction.Connection!.ExecuteAsync(Update, row, transaction) == 1
                || await transaction.Connection!.ExecuteAsync(Insert, row, transaction) == 1;
        },
        cancellation);

    public Task RemoveAsync(string key, CancellationToken cancellation) =>
        database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Delete, new { Name = Name(key) }, transaction), cancellation);

    private static string Name(string key) => "import:" + key;
}
