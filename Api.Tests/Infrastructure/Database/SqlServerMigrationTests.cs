using System.Text.Json;
using Dapper;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Database.SqlServer;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Database;

public sealed class SqlServerMigrationTests : SqlServerFixture
{
    [Test]
    public async Task Processes_that_start_together_create_the_database_once()
    {
        var connectionString = SqlServerDatabases.Fresh();
        await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => new SqlServerDatabase(connectionString).MigrateAsync(CancellationToken.None)));
        var applied = await new SqlServerDatabase(connectionString).ReadAsync(
            connection => connection.QueryAsync<string>("SELECT name FROM schema_versions ORDER BY name"), CancellationToken.None);
        Assert.That(
            applied, Is.EqualTo(MigrationFiles.Of(StorageProvider.SqlServer).Select(migration => migration.Name)),
            "each migration is applied once");
    }

    [Test]
    public async Task Reads_do_not_wait_for_a_writer()
    {
        using var store = TestStore.Create(StoreKind.SqlServer);
        var database = store.Open();
        await database.ExecuteAsync("INSERT INTO settings (name, value) VALUES ('a', 'before')");
        await database.WriteAsync(
            async transaction =>
            {
                await transaction.Connection!.ExecuteAsync(
                    "UPDATE settings SET value = 'after' WHERE name = 'a'", transaction: transaction);
                var read = await database.ScalarAsync<string>("SET LOCK_TIMEOUT 0; SELECT value FROM settings WHERE name = 'a'");
                Assert.That(read, Is.EqualTo("before"), "READ_COMMITTED_SNAPSHOT is on");
                return true;
            },
            default);
    }

    [Test]
    public async Task A_test_database_that_was_returned_has_the_same_rows_as_a_new_one()
    {
        var fresh = SqlServerDatabases.Fresh();
        await new SqlServerDatabase(fresh).MigrateAsync(CancellationToken.None);
        var used = SqlServerDatabases.Rent();
        SqlServerDatabases.Return(used);
        Assert.That(await RowsAsync(used), Is.EqualTo(await RowsAsync(fresh)));
    }

    private static Task<List<string>> RowsAsync(string connectionString) => new SqlServerDatabase(connectionString).ReadAsync(
        async connection =>
        {
            var rows = new List<string>();
            const string Tables =
                "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME <> 'schema_versions' "
                    + "ORDER BY TABLE_NAME";
            foreach (var table in await connection.QueryAsync<string>(Tables))
            {
                rows.AddRange(
                    (await connection.QueryAsync($"SELECT * FROM {table}"))
                    .Select(row => $"{table}: {JsonSerializer.Serialize((IDictionary<string, object>)row)}"));
            }

            return rows;
        },
        CancellationToken.None);
}
