using System.Data;
using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Integrations;
using HealthApi.Infrastructure.Processing;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// Erases an account and all that was ever told of it. Only its id and the time stay, so that events accepted before cannot bring it back.
/// </summary>
public sealed class AccountErasure(IDatabase database, IProcessingSql processing, TimeProvider time)
{
    private const string DeleteAccount = "DELETE FROM accounts WHERE id = @Id AND version = @Version";

    private const string DeleteRest = """
        DELETE FROM events WHERE account_id = @Id;
        DELETE FROM event_conflicts WHERE account_id = @Id;
        DELETE FROM parked_events WHERE account_id = @Id;
        DELETE FROM webhook_messages WHERE account_id = @Id;
        DELETE FROM crossing_feed WHERE account_id = @Id;
        DELETE FROM erasures WHERE account_id = @Id;
        INSERT INTO erasures (account_id, erased_at) VALUES (@Id, @At);
        """;

    /// <summary>Updated where it was erased, else what stood in the way.</summary>
    public Task<AccountWriteStatus> EraseAsync(string id, AccountPrecondition precondition, CancellationToken cancellation) =>
        database.WriteAsync(transaction => EraseAsync(transaction, id, precondition), cancellation);

    private async Task<AccountWriteStatus> EraseAsync(DbTransaction transaction, string id, AccountPrecondition precondition)
    {
        var connection = transaction.Connection!;
        // Takes the state row's lock first, as everybody does: the deletion's cascade would come to it last.
        var present = (await StoredAccountRow.LoadAsync(connection, transaction, AccountSql.SelectForUpdate, [id])).GetValueOrDefault(id);
        if (!precondition.Allows(present?.Version)) return AccountWriteStatus.PreconditionFailed;
        if (present is null) return AccountWriteStatus.NotFound;
        await ExternalIds.EraseAsync(transaction, id);
        processing.Erased(id);
        if (await connection.ExecuteAsync(DeleteAccount, new { Id = id, present.Version }, transaction) == 0)
            throw new DBConcurrencyException("The account has changed since it was read.");
        await connection.ExecuteAsync(DeleteRest, new { Id = id, At = time.GetUtcNow() }, transaction);
        return AccountWriteStatus.Updated;
    }
}
