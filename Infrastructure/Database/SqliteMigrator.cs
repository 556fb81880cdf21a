using System.Data.Common;
using Dapper;

namespace HealthApi.Infrastructure.Database;

/// <summary>Applies the migrations that are missing, each once, inside the caller's exclusive transaction.</summary>
internal static class SqliteMigrator
{
    private const string CreateJournal = """
        CREATE TABLE IF NOT EXISTS schema_versions (name TEXT NOT NULL PRIMARY KEY, applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)
        """;

    private const string Applied = "SELECT name FROM schema_versions";

    private const string Record = "INSERT INTO schema_versions (name) VALUES (@Name)";

    private const string HasJournal = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_versions'";

    /// <summary>Whether no migration is missing.</summary>
    public static bool IsCurrent(DbConnection connection)
    {
        if (connection.ExecuteScalar<long>(HasJournal) == 0) return false;
        var applied = connection.Query<string>(Applied).ToHashSet(StringComparer.Ordinal);
        return MigrationFiles.Of(StorageProvider.Sqlite).All(migration => applied.Contains(migration.Name));
    }

    public static void Apply(DbTransaction transaction)
    {
        var connection = transaction.Connection!;
        connection.Execute(CreateJournal, transaction: transaction);
        var applied = connection.Query<string>(Applied, transaction: transaction).ToHashSet(StringComparer.Ordinal);
        foreach (var migration in MigrationFiles.Of(StorageProvider.Sqlite).Where(migration => !applied.Contains(migration.Name)))
        {
            connection.Execute(migration.Sql, transaction: transaction);
            connection.Execute(Record, new { migration.Name }, transaction);
        }
    }
}
