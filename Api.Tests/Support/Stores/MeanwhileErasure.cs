using System.Data.Common;
using HealthApi.Core.Events;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Erasure;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>
/// An erasure that runs an action inside its transaction: after the comparison of the account's version and before the account is deleted.
/// </summary>
internal sealed class MeanwhileErasure(IServiceProvider services, Action<DbTransaction> meanwhile) : IDatabase, IEvaluationSql
{
    private readonly IDatabase _database = services.GetRequiredService<IDatabase>();
    private readonly IEvaluationSql _processing = services.GetRequiredService<IEvaluationSql>();
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

    public Task<IReadOnlyList<EventFate>> InsertIfAbsentAsync(DbTransaction transaction, IReadOnlyList<EventEnvelope> events) =>
        _processing.InsertIfAbsentAsync(transaction, events);

    public Task<IReadOnlyDictionary<string, AccountRecord>> LoadAsync(DbTransaction transaction, IReadOnlyCollection<string> accountIds) =>
        _processing.LoadAsync(transaction, accountIds);

    public Task<IReadOnlyDictionary<string, Tombstone>> TombstonesAsync(
        DbTransaction transaction, IReadOnlyCollection<string> accountIds) => _processing.TombstonesAsync(transaction, accountIds);

    public Task SaveAsync(DbTransaction transaction, IReadOnlyList<AccountChange> changes) => _processing.SaveAsync(transaction, changes);

    public void Committed(IReadOnlyList<AccountChange> changes) => _processing.Committed(changes);

    public void Erased(string accountId)
    {
        _processing.Erased(accountId);
        meanwhile(_transaction!);
    }

    public Task AppendCrossingsAsync(DbTransaction transaction, IReadOnlyList<Crossing> crossings) =>
        _processing.AppendCrossingsAsync(transaction, crossings);

    public Task CountAsync(DbTransaction transaction, IReadOnlyList<EventEnvelope> events, IReadOnlyList<EventFate> fates) =>
        _processing.CountAsync(transaction, events, fates);
}
