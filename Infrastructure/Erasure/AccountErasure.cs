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
/// Erases an account and everything that was stored of it. Its id stays, with the place in the lanes at which it was erased, so that events
/// accepted before do not come back. The account is gone for readers with the first transaction; its rows are then deleted in pieces, by
/// this process or, should it die, by another.
/// </summary>
public sealed class AccountErasure(
    IDatabase database, IEvaluationSql processing, ILaneTransport lanes, AccountRemoval removal, TimeProvider time)
{
    private const string SelectVersion =
        "SELECT a.version FROM accounts AS a JOIN account_states AS s ON s.account_id = a.id WHERE a.id = @Id";

    private const string SelectErasing = "SELECT COUNT(*) FROM erasures WHERE account_id = @Id AND erasing = 1";

    /// <summary>Without its state an account is there for nobody; the version tells a change since it was read.</summary>
    private const string Hide = "UPDATE accounts SET version = version + 1 WHERE id = @Id AND version = @Version";

    private const string Begin = """
        DELETE FROM account_states WHERE account_id = @Id;
        INSERT INTO erasures (account_id, erased_at, erasing, dropped) SELECT @Id, @At, 1, 0 WHERE NOT EXISTS (SELECT 1 FROM erasures
            WHERE account_id = @Id);
        UPDATE erasures SET erased_at = @At, erasing = 1, lane_table = @Table, lane_row = @Row, markers = @Markers WHERE account_id = @Id;
        """;

    /// <summary>Updated once everything is erased, else what stood in the way.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The store or the broker is away. Either nothing was changed, or the account is gone and workers delete the rest; asking again tells
    /// when that is done.
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
            return WriteStatus.Updated;
        }

        if (Refusal(precondition, version) is { } refused) return refused;
        var mark = await lanes.MarkAsync(id, cancellation);
        var status = await database.WriteAsync(transaction => BeginAsync(transaction, id, precondition, mark), cancellation);
        // What has begun is not called off.
        if (status == WriteStatus.Updated) await removal.FinishAsync(id, CancellationToken.None);
        return status;
    }

    private static WriteStatus? Refusal(Precondition precondition, long? version) =>
        !precondition.Allows(version) ? WriteStatus.PreconditionFailed : version is null ? WriteStatus.NotFound : null;

    private async Task<WriteStatus> BeginAsync(DbTransaction transaction, string id, Precondition precondition, LaneMark mark)
    {
        var connection = transaction.Connection!;
        // Takes the state row's lock first, as everybody does.
        var present = (await StoredAccountRow.LoadAsync(connection, transaction, AccountSql.SelectForUpdate, [id])).GetValueOrDefault(id);
        if (Refusal(precondition, present?.Version) is { } refused) return refused;
        processing.Erased(id);
        if (await connection.ExecuteAsync(Hide, new { Id = id, present!.Version }, transaction) == 0)
            throw new DBConcurrencyException("The account has changed since it was read.");
        var row = new { Id = id, At = time.GetUtcNow(), mark.Last.Table, Row = mark.Last.Id, Markers = Tombstone.ToColumn(mark.Markers) };
        await connection.ExecuteAsync(Begin, row, transaction);
        await AuditTrail.AddAsync(transaction, new AuditChange(AuditKinds.Account, AuditActions.Erased, AuditTrail.Pseudonym(id)), row.At);
        return WriteStatus.Updated;
    }
}
