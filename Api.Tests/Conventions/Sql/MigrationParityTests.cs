using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.Sql;

/// <summary>Both databases have the same migrations by name, and the same tables and columns afterwards.</summary>
internal sealed class MigrationParityTests
{
    private const string SqliteColumns = """
        SELECT m.name AS TableName, c.name AS ColumnName, c."notnull" = 0 AND c.pk = 0 AS IsNullable
        FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'schema_versions'
        """;

    /// <summary>Not compared: SQLite has its lanes in a file of their own, without leases.</summary>
    private const string LaneTable = "lane_batches";

    [Test]
    public void The_migrations_have_the_same_names() =>
        Assert.That(Names(StorageProvider.SqlServer), Is.EqualTo(Names(StorageProvider.Sqlite)));

    [Test]
    public async Task The_tables_and_columns_are_the_same_afterwards()
    {
        using var store = await TestDatabase.CreateAsync();
        var sqlite = (await store.QueryAsync<ColumnRow>(SqliteColumns)).Select(row => row.ToString());
        var sqlServer = MigrationFiles.Of(StorageProvider.SqlServer).SelectMany(Columns).Where(row => row.TableName != LaneTable)
            .Select(row => row.ToString());
        Assert.That(sqlServer.Order(StringComparer.Ordinal), Is.EqualTo(sqlite.Order(StringComparer.Ordinal)));
    }

    [TestCaseSource(nameof(SqlServerMigrations))]
    public void A_migration_uses_only_allowed_constructs(Migration migration)
    {
        foreach (var batch in migration.Batches) Assert.That(AllowedSql.Violations(batch), Is.Empty, batch);
    }

    /// <summary>Processes of the previous version still use the tables during a migration.</summary>
    [TestCaseSource(nameof(SqlServerMigrations))]
    public void A_migration_changes_growing_tables_in_chunks(Migration migration)
    {
        foreach (var batch in migration.Batches) Assert.That(BoundedChunks.Violations(batch), Is.Empty, batch);
        if (!migration.IsInChunks) return;
        Assert.That(migration.Batches.Count(), Is.EqualTo(1));
        Assert.That(migration.Sql, Does.Contain("> @After"), "a chunk starts after the previous one");
    }

    private static IEnumerable<TestCaseData> SqlServerMigrations() =>
        MigrationFiles.Of(StorageProvider.SqlServer).Select(migration => new TestCaseData(migration).SetArgDisplayNames(migration.Name));

    private static IEnumerable<string> Names(StorageProvider provider) => MigrationFiles.Of(provider).Select(migration => migration.Name);

    private static IEnumerable<ColumnRow> Columns(Migration migration)
    {
        var visitor = new ColumnVisitor();
        foreach (var batch in migration.Batches) new TSql150Parser(true).Parse(new StringReader(batch), out _).Accept(visitor);
        return visitor.Rows;
    }

    private sealed class ColumnVisitor : TSqlFragmentVisitor
    {
        public List<ColumnRow> Rows { get; } = [];

        public override void Visit(CreateTableStatement node) => Add(node.SchemaObjectName, node.Definition);

        public override void Visit(AlterTableAddTableElementStatement node) => Add(node.SchemaObjectName, node.Definition);

        private void Add(SchemaObjectName table, TableDefinition definition) =>
            Rows.AddRange(definition.ColumnDefinitions.Select(column => new ColumnRow
            {
                TableName = table.BaseIdentifier.Value,
                ColumnName = column.ColumnIdentifier.Value,
                IsNullable = column.Constraints.OfType<NullableConstraintDefinition>().All(constraint => constraint.Nullable),
            }));
    }

    private sealed record ColumnRow
    {
        public string TableName { get; init; } = "";

        public string ColumnName { get; init; } = "";

        public bool IsNullable { get; init; }
    }
}
