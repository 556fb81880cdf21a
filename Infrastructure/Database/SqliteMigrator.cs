using System.Data.Common;
using Dapper;

namespace HealthApi.Infrastructure.Database;

/// <summary>Applies the missing migrations, each once, inside the caller's exclusive transaction.</summary>
internal static class SqliteMigrator
{
    private const string CreateJournal = """
        CREATE TABLE IF NOT EXISTS schema_versions (name TEXT NOT NULL PRIMARY KEY, applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)
        """;

    private const string HasChecksums = "SELECT COUNT(*) FROM pragma_table_info('schema_versions') WHERE name = 'checksum'";

    private const string AddChecksums = "ALTER TABLE schema_versions ADD COLUMN checksum TEXT";

    private const string Applied = "SELECT name, checksum FROM schema_versions";

    private const string Record = "INSERT INTO schema_versions (name, checksum) VALUES (@Name, @Checksum)";

    private const string Check = "UPDATE schema_versions SET checksum = @Checksum WHERE name = @Name";

    private const string HasJournal = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_versions'";

    /// <summary>Whether every migration is applied with the text of this version.</summary>
    public static bool IsCurrent(DbConnection connection)
    {
        if (connection.ExecuteScalar<long>(HasJournal) == 0 || connection.ExecuteScalar<long>(HasChecksums) == 0) return false;
        return new AppliedMigrations(connection.Query<(string, string?)>(Applied)).AreCurrent(MigrationFiles.Of(StorageProvider.Sqlite));
    }

    /// <summary>Applies the missing migrations and records missing checksums.</summary>
    /// <exception cref="EditedMigrationException">A migration was applied with a different text.</exception>
    public static void Apply(DbTransaction transaction)
    {
        var connection = transaction.Connection!;
        connection.Execute(CreateJournal, transaction: transaction);
        if (connection.ExecuteScalar<long>(HasChecksums, transaction: transaction) == 0)
            connection.Execute(AddChecksums, transaction: transaction);
        var migrations = MigrationFiles.Of(StorageProvider.Sqlite);
        var applied = new AppliedMigrations(connection.Query<(string, string?)>(Applied, transaction: transaction));
        foreach (var migration in applied.Missing(migrations))
        {
            connection.Execute(migration.Sql, transaction: transaction);
            connection.Execute(Record, new { migration.Name, migration.Checksum }, transaction);
        }

        foreach (var migration in applied.Unchecked(migrations))
            connection.Execute(Check, new { migration.Name, migration.Checksum }, transaction);
    }
}
