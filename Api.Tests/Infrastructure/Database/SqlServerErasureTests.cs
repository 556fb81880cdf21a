using System.Data.Common;
using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Accounts;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Database;

/// <summary>An erasure at the same time as another writer of the same account.</summary>
public sealed class SqlServerErasureTests : SqlServerFixture
{
    private const string TouchState = "UPDATE account_states SET due_at = due_at WHERE account_id = 'acme'";

    private const string TouchListing = "UPDATE accounts SET segment = segment WHERE id = 'acme'";

    private const string Change = "UPDATE accounts SET version = version + 1 WHERE id = 'acme'";

    private Pipeline _pipeline = null!;

    private IDatabase Database => _pipeline.Services.GetRequiredService<IDatabase>();

    [SetUp]
    public async Task CreateAsync()
    {
        _pipeline = await Pipeline.CreateAsync(
            new ManualTimeProvider(new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero)), StoreKind.SqlServer);
        await _pipeline.Services.GetRequiredService<AccountStore>()
            .WriteAsync("acme", default, _ => new Account { Id = "acme", Name = "Acme" }, default);
    }

    [TearDown]
    public void Close() => _pipeline.Dispose();

    /// <summary>The other writer does not wait for the lock of the state row, because correctness must not depend on a lock hint.</summary>
    [Test]
    public async Task A_change_that_commits_after_the_version_was_compared_is_not_erased()
    {
        var erasure = new HookedErasure(
            _pipeline.Services, _ => Database.WriteAsync(transaction => RunAsync(transaction, Change), default).GetAwaiter().GetResult());
        Assert.That(await erasure.EraseAsync("acme", new Precondition(1, false, false)), Is.EqualTo(WriteStatus.PreconditionFailed));
        Assert.That(await _pipeline.RowsAsync("SELECT version FROM accounts"), Is.EqualTo(new[] { "2" }));
    }

    [Test]
    public async Task An_erasure_takes_its_locks_in_the_same_order_as_a_worker()
    {
        await NeedLockHintsAsync();
        var (erasure, runs, erased) = (new HookedErasure(_pipeline.Services, _ => { }), 0, Task.FromResult(WriteStatus.NotFound));
        await Database.WriteAsync(
            async transaction =>
            {
                await RunAsync(transaction, TouchState);
                if (++runs == 1) erased = erasure.EraseAsync("acme", default);
                await Database.WaitsOrEndsAsync(erased);
                return await RunAsync(transaction, TouchListing);
            },
            default);
        Assert.That(await erased, Is.EqualTo(WriteStatus.Deleted));
        Assert.That(
            (runs, erasure.Runs), Is.EqualTo((1, 1)), "the erasure waits for the state row and holds no lock that the worker needs");
    }

    private static Task<int> RunAsync(DbTransaction transaction, string sql) =>
        transaction.Connection!.ExecuteAsync(sql, transaction: transaction);

    private async Task NeedLockHintsAsync()
    {
        if (await SqlServerDatabases.IsBabelfishAsync(Database)) Assert.Ignore("Babelfish ignores lock hints.");
    }
}
