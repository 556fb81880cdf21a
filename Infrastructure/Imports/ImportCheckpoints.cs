using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Imports;

/// <summary>Stores the progress of imports in the store that they write to, so that an interrupted import can resume.</summary>
public sealed class ImportCheckpoints(IDatabase database)
{
    private const string Select = "SELECT value FROM settings WHERE name = @Name";

    private const string Save = """
        INSERT INTO settings (name, value) SELECT @Name, @Value WHERE NOT EXISTS (SELECT 1 FROM settings WHERE name = @Name);
        UPDATE settings SET value = @Value WHERE name = @Name;
        """;

    private const string Delete = "DELETE FROM settings WHERE name = @Name";

    /// <summary>The last checkpoint of the import; null where there is none.</summary>
    public Task<string?> FindAsync(string key, CancellationToken cancellation) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<string?>(Select, new { Name = Name(key) }), cancellation);

    public Task SaveAsync(string key, string value, CancellationToken cancellation) =>
        database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(Save, new { Name = Name(key), Value = value }, transaction), cancellation);

    public Task RemoveAsync(string key, CancellationToken cancellation) =>
        database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(Delete, new { Name = Name(key) }, transaction), cancellation);

    private static string Name(string key) => "import:" + key;
}
