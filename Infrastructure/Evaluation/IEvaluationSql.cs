using System.Data.Common;
using HealthApi.Core.Events;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// The statements of a processing transaction, in the form that suits each database. The number of round trips to a server does not grow
/// with the number of rows.
/// </summary>
public interface IEvaluationSql
{
    /// <summary>
    /// Inserts the events that are absent by (source, id); never updates one. Of several events with the same identity in one call, the
    /// first is inserted. A conflict is recorded once for each different content.
    /// </summary>
    Task<IReadOnlyList<EventFate>> InsertIfAbsentAsync(DbTransaction transaction, IReadOnlyList<EventEnvelope> events);

    /// <summary>Loads the accounts that exist and locks them against other writers until the transaction ends.</summary>
    Task<IReadOnlyDictionary<string, AccountRecord>> LoadAsync(DbTransaction transaction, IReadOnlyCollection<string> accountIds);

    /// <summary>Reads the accounts that exist, without locks and without a transaction.</summary>
    Task<IReadOnlyDictionary<string, AccountRecord>> ReadAsync(DbConnection connection, IReadOnlyCollection<string> accountIds);

    /// <summary>
    /// Locks those of the accounts that are stored as they were read, and returns their ids. An account that another transaction has
    /// changed since is not among them. On SQL Server neither is one that another transaction holds: there is no waiting.
    /// </summary>
    Task<IReadOnlySet<string>> LockUnchangedAsync(DbTransaction transaction, IReadOnlyCollection<AccountRecord> records);

    /// <summary>
    /// The tombstones of those accounts that were erased. Call it after <see cref="LoadAsync"/>: called before, it would miss an erasure
    /// that commits between the two calls.
    /// </summary>
    Task<IReadOnlyDictionary<string, Tombstone>> TombstonesAsync(DbTransaction transaction, IReadOnlyCollection<string> accountIds);

    /// <summary>
    /// Writes states, today's history and the listing columns, and creates new accounts. A state row is replaced only if it still has the
    /// version that was loaded.
    /// </summary>
    /// <exception cref="System.Data.DBConcurrencyException">
    /// Another writer has changed one of the accounts; run the whole transaction again.
    /// </exception>
    Task SaveAsync(DbTransaction transaction, IReadOnlyList<AccountChange> changes);

    /// <summary>Inserts crossings; a crossing whose id exists stays as it is.</summary>
    Task AppendCrossingsAsync(DbTransaction transaction, IReadOnlyList<Crossing> crossings);

    /// <summary>Adds to the ingestion counters and updates the times of the newest event of each source.</summary>
    Task CountAsync(DbTransaction transaction, IReadOnlyList<EventEnvelope> events, IReadOnlyList<EventFate> fates);
}
