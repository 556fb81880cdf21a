using System.Data.Common;
using Dapper;

namespace HealthApi.Infrastructure.Database;

/// <summary>Applies the embedded migrations of a dialect in order of their names, each once, inside the caller's exclusive transaction.</summary>
internal static class Migrator
{
    private const string CreateJournal = """
        CREATE TABLE IF NOT EXISTS schema_versions (name TEXT NOT NULL PRIMARY KEY, applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)
        """;

    private const string Applied = "SELECT name FROM schema_versions";

    private const string Record = "INSERT INTO schema_versions (name) VALUES (@Name)";

    public static void Apply(DbTransaction transaction, string dialect)
    {
        var connection = transaction.Connection!;
        connection.Execute(CreateJournal, transaction: transaction);
        var applied = connection.Query<string>(Applied, transaction: transaction).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, sql) in Migrations(dialect).Where(migration => !applied.Contains(migration.Name)))
        {
            connection.Execute(sql, transaction: transaction);
            connection.Execute(Record, new { Name = name }, transaction);
        }
    }

    private static IEnumerable<(string Name, string Sql)> Migrations(string dialect)
    {
        var assembly = typeof(Migrator).Assembly;
        var prefix = $"{typeof(Migrator).Namespace}.Migrations.{dialect}.";
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return (resource[prefix.Length..^".sql".Length], reader.ReadToEnd());
        }
    }
}
