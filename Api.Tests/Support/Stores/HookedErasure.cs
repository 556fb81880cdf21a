using System.Data.Common;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Erasure;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>
/// An erasure that runs an action inside its transaction: after the comparison of the account's version and before the account is deleted.
/// </summary>
internal sealed class HookedErasure(IServiceProvider services, Action<DbTransaction> inside) : IDatabase, IAccountCache
{
    private readonly IDatabase _database = services.GetRequiredService<IDatabase>();
    private readonly IAccountCache _cache = services.GetRequiredService<IAccountCache>();
    private DbTransaction? _transaction;

    public string Location => _database.Location;

    /// <summary>How often the transaction ran, retries included.</summary>
    public int Runs { get; private set; }

    public Task<WriteStatus> EraseAsync(string id, Precondition precondition) =>
        new AccountErasure(
            this, this, services.GetRequiredService<ILaneTransport>(), services.GetRequiredService<AccountRemoval>(),
            services.GetRequiredService<TimeProvider>())
            .EraseAsync(id, precondition, CancellationToken.None);

    public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation) =>
        _database.ReadAsync(read, cancellation);

    public Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellation) => _database.WriteAsync(
        transaction =>
        {
            Runs++;
            _transaction = transaction;
            return work(transaction);
        },
        cancellation);

    public Task MigrateAsync(CancellationToken cancellation) => _database.MigrateAsync(cancellation);

    public void Add(IReadOnlyList<AccountChange> changes) => _cache.Add(changes);

    public void Remove(string accountId)
    {
        _cache.Remove(accountId);
        inside(_transaction!);
    }
}
