using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Tests.Support;

/// <summary>A migrated store in a temporary folder.</summary>
internal sealed class TestDatabase : IDisposable
{
    private readonly TempFolder _folder = new();

    private TestDatabase() => Database = new SqliteDatabase($"Data Source={_folder.File("health.db")}");

    public SqliteDatabase Database { get; }

    public static async Task<TestDatabase> CreateAsync()
    {
        var store = new TestDatabase();
        await store.Database.MigrateAsync(CancellationToken.None);
        return store;
    }

    public Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work) => Database.WriteAsync(work, CancellationToken.None);

    public Task<int> ExecuteAsync(string sql, object? parameters = null) =>
        WriteAsync(transaction => transaction.Connection!.ExecuteAsync(sql, parameters, transaction));

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        [.. await Database.ReadAsync(connection => connection.QueryAsync<T>(sql, parameters), CancellationToken.None)];

    public void Dispose()
    {
        Database.Dispose();
        _folder.Dispose();
    }
}
