using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>A migrated store for one test.</summary>
internal sealed class TestDatabase : IDisposable
{
    private readonly TestStore _store;

    private TestDatabase(StoreKind kind)
    {
        _store = TestStore.Create(kind);
        Database = _store.Open();
    }

    public IDatabase Database { get; }

    public static async Task<TestDatabase> CreateAsync(StoreKind kind = StoreKind.Sqlite)
    {
        var store = new TestDatabase(kind);
        await store.Database.MigrateAsync(CancellationToken.None);
        return store;
    }

    public Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work) => Database.WriteAsync(work, CancellationToken.None);

    public Task<int> ExecuteAsync(string sql, object? parameters = null) =>
        Database.ExecuteAsync(sql, parameters);

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        [.. await Database.ReadAsync(connection => connection.QueryAsync<T>(sql, parameters), CancellationToken.None)];

    public void Dispose()
    {
        (Database as IDisposable)?.Dispose();
        _store.Dispose();
    }
}
