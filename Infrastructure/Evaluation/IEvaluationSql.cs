using System.Data.Common;
using HealthApi.Core.Events;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// The statements of a processing transaction, as each database runs them best. The number of round trips does not grow with the rows.
/// </summary>
public interface IEvaluationSql
{
    /// <summary>
    /// Inserts the events that are absent by (source, id), never updates one. Within the call, the first of several equal identities
    /// counts. A conflict is recorded once for each different content.
    /// </summary>
    Task<IReadOnlyList<EventFate>> InsertIfAbsentAsync(DbTransaction transaction, IReadOnlyList<EventEnvelope> events);

    /// <summary>The accounts that exist of those asked for, locked against other writers until the transaction ends.</summary>
    Task<IReadOnlyDictionary<string, AccountRecord>> LoadAsync(DbTransaction transaction, IReadOnlyCollection<string> accountIds);

    /// <summary>
    /// What is left of accounts that were erased, of those asked for. Load comes first: no erasure that it did not see is missed
    /// afterwards.
    /// </summary>
    Task<IReadOnlyDictionary<string, Tombstone>> TombstonesAsync(DbTransaction transaction, IReadOnlyCollection<string> accountIds);

    /// <summary>
    /// Writes states, today's history and what listings show; creates the account where it is new. A state row is replaced only at the
    /// version that was loaded.
    /// </summary>
    /// <exception cref="System.Data.DBConcurrencyException">Another writer was faster; run the whole transaction again.</exception>
    Task SaveAsync(DbTransaction transaction, IReadOnlyList<AccountChange> changes);

    /// <summary>
    /// Told once the transaction that saved the changes is committed; they, and the accounts that were loaded for them, are not used after
    /// that.
    /// </summary>
    void Committed(IReadOnlyList<AccountChange> changes);

    /// <summary>Told in the transaction that erases an account.</summary>
    void Erased(string accountId);

    /// <summary>Inserts crossings; one that is there already (by id) stays as it is.</summary>
    Task AppendCrossingsAsync(DbTransaction transaction, IReadOnlyList<Crossing> crossings);

    /// <summary>Adds to the ingestion counters and remembers the newest event of each source.</summary>
    Task CountAsync(DbTransaction transaction, IReadOnlyList<EventEnvelope> events, IReadOnlyList<EventFate> fates);
}
