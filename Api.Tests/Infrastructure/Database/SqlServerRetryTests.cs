using System.Data;
using System.Data.Common;
using Dapper;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Database;

public sealed class SqlServerRetryTests : SqlServerFixture
{
    private const string Insert = "INSERT INTO ingestion_counters (name, value) VALUES (@Name, 0)";

    private const string Add = "UPDATE ingestion_counters SET value = value + 1 WHERE name = @Name";

    private TestStore _store = null!;
    private IDatabase _database = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        _store = TestStore.Create(StoreKind.SqlServer);
        _database = _store.Open();
        foreach (var name in new[] { "a", "b" }) await _database.WriteAsync(transaction => RunAsync(transaction, Insert, name), default);
    }

    [TearDown]
    public void Close() => _store.Dispose();

    [Test]
    public async Task The_transaction_of_a_deadlock_victim_runs_again_completely()
    {
        using var both = new Barrier(2);
        var runs = 0;
        await Task.WhenAll(AddBothAsync("a", "b"), AddBothAsync("b", "a"));
        Assert.That(await ValuesAsync(), Is.EqualTo(new[] { 2L, 2L }), "both transactions are applied completely");
        Assert.That(runs, Is.GreaterThan(2), "one of them was the deadlock victim");

        Task AddBothAsync(string first, string second)
        {
            var meets = true;
            return Task.Run(() => _database.WriteAsync(
                async transaction =>
                {
                    Interlocked.Increment(ref runs);
                    await RunAsync(transaction, Add, first);
                    if (meets) both.SignalAndWait(TimeSpan.FromSeconds(30));
                    meets = false;
                    return await RunAsync(transaction, Add, second);
                },
                default));
        }
    }

    [Test]
    public async Task Transactions_that_insert_the_same_row_all_succeed()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _database.WriteAsync(
            async transaction =>
                await RunAsync(transaction, Add, "new") == 1
                    || await RunAsync(transaction, Insert, "new") + await RunAsync(transaction, Add, "new") == 2, default)));
        Assert.That((await ValuesAsync()).Sum(), Is.EqualTo(8), "a transaction that runs again finds the row of the first one");
    }

    [Test]
    public async Task A_write_that_conflicts_every_time_fails()
    {
        var runs = 0;
        await Assert.ThrowsAsync<DBConcurrencyException>(() => _database.WriteAsync<bool>(
            _ => throw new DBConcurrencyException($"try {++runs}"), default));
        Assert.That(runs, Is.GreaterThan(1));
    }

    private static Task<int> RunAsync(DbTransaction transaction, string sql, string name) =>
        transaction.Connection!.ExecuteAsync(sql, new { Name = name }, transaction);

    private async Task<IReadOnlyList<long>> ValuesAsync() =>
        [.. await _database.ReadAsync(
            connection => connection.QueryAsync<long>("SELECT value FROM ingestion_counters ORDER BY name"), default)];
}
