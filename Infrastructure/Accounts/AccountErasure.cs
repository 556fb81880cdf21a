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
    private const string SelectVersion = "SELECT version FROM accounts WHERE id = @Id";

    private const string DeleteAccount = "DELETE FROM accounts WHERE id = @Id";

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
    public Task<AccountWriteStatus> EraseAsync(string id, AccountPrecondition precondition, CancellationToken cancellation) => database.WriteAsync(
        async transaction =>
        {
            var connection = transaction.Connection!;
            var version = await connection.ExecuteScalarAsync<long?>(SelectVersion, new { Id = id }, transaction);
            if (!precondition.Allows(version)) return AccountWriteStatus.PreconditionFailed;
            if (version is null) return AccountWriteStatus.NotFound;
            await ExternalIds.EraseAsync(transaction, id);
            processing.Erased(id);
            await connection.ExecuteAsync(DeleteAccount, new { Id = id }, transaction);
            await connection.ExecuteAsync(DeleteRest, new { Id = id, At = time.GetUtcNow() }, transaction);
            return AccountWriteStatus.Updated;
        },
        cancellation);
}
