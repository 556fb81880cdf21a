using System.Data;
using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Auditing;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Lanes;

namespace HealthApi.Infrastructure.Erasure;

/// <summary>
/// Erases an account and everything that was stored about it. A tombstone stays: the id, and the position in the lanes at which the account
/// was erased, so that events accepted before are dropped. After the first transaction readers no longer find the account. Its rows
/// are then deleted in chunks, by this process or, if it is killed, by another.
/// </summary>
public sealed class AccountErasure(
    IDatabase database, IAccountCache cache, ILaneTransport lanes, AccountRemoval removal, TimeProvider time)
{
    private const string SelectVersion =
        "SELECT a.version FROM accounts AS a JOIN account_states AS s ON s.account_id = a.id WHERE a.id = @Id";

    private const string SelectErasing = "SELECT COUNT(*) FROM erasures WHERE account_id = @Id AND erasing = 1";

    /// <summary>
    /// Changes a row only where the account has not changed since it was read. Deleting the state row then hides the account from readers.
    /// </summary>
    private const string Hide = "UPDATE accounts SET version = version + 1 WHERE id = @Id AND version = @Version";

    private const string Begin = """
        DELETE FROM account_states WHERE account_id = @Id;
        INSERT INTO erasures (account_id, erased_at, erasing, dropped) SELECT @Id, @At, 1, 0 WHERE NOT EXISTS (SELECT 1 FROM erasures
            WHERE account_id = @Id);
        UPDATE erasures SET erased_at = @At, erasing = 1, lane_table = @Table, lane_row = @Row, markers = @Markers WHERE account_id = @Id;
        """;

    /// <summary>Erases the account.</summary>
    /// <returns><see cref="WriteStatus.Deleted"/> once everything is deleted; otherwise the reason why nothing was erased.</returns>
    /// <exception cref="StoreUnavailableException">
    /// The store or the broker cannot be reached. Either nothing was changed, or the account is hidden and workers delete the rest; a
    /// second call returns when everything is deleted.
    /// </exception>
    public async Task<WriteStatus> EraseAsync(string id, Precondition precondition, CancellationToken cancellation)
    {
        var (version, isErasing) = await database.ReadAsync(
            async connection =>
                (await connection.ExecuteScalarAsync<long?>(SelectVersion, new { Id = id }),
                    await connection.ExecuteScalarAsync<long>(SelectErasing, new { Id = id }) > 0),
            cancellation);
        if (isErasing)
        {
            await removal.FinishAsync(id, cancellation);
            return WriteStatus.Deleted;
        }

        if (Refusal(precondition, version) is { } refused) return refused;
        var mark = await lanes.MarkAsync(id, cancellation);
        var status = await database.WriteAsync(transaction => BeginAsync(transaction, id, precondition, mark), cancellation);
        // An erasure that has begun is not cancelled.
        if (status == WriteStatus.Deleted) await removal.FinishAsync(id, CancellationToken.None);
        return status;
    }

    private static WriteStatus? Refusal(Precondition precondition, long? version) =>
        !precondition.Allows(version) ? WriteStatus.PreconditionFailed : version is null ? WriteStatus.NotFound : null;

    private async Task<WriteStatus> BeginAsync(DbTransaction transaction, string id, Precondition precondition, LaneMark mark)
    {
        var connection = transaction.Connection!;
        // Locks the state row first, as every transaction that changes an account does.
        var present = (await StoredAccountRow.LoadAsync(connection, transaction, AccountSql.SelectForUpdate, [id])).GetValueOrDefault(id);
        if (Refusal(precondition, present?.Version) is { } refused) return refused;
        cache.Remove(id);
        if (await connection.ExecuteAsync(Hide, new { Id = id, present!.Version }, transaction) == 0)
            throw new DBConcurrencyException("The account has changed since it was read.");
        var row = new { Id = id, At = time.GetUtcNow(), mark.Last.Table, Row = mark.Last.Id, Markers = Tombstone.ToColumn(mark.Markers) };
        await connection.ExecuteAsync(Begin, row, transaction);
        await AuditTrail.AddAsync(transaction, new AuditChange(AuditKinds.Account, AuditActions.Erased, AuditTrail.Pseudonym(id)), row.At);
        return WriteStatus.Deleted;
    }
}
