using Dapper;
using HealthApi.Core;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// Erases an account and all that was ever told of it. Only its id and the time stay, so that events accepted before cannot bring it back.
/// </summary>
public sealed class AccountErasure(IDatabase database, TimeProvider time)
{
    private const string DeleteAccount = "DELETE FROM accounts WHERE id = @Id";

    private const string DeleteRest = """
        DELETE FROM events WHERE account_id = @Id;
        DELETE FROM event_conflicts WHERE account_id = @Id;
        DELETE FROM parked_events WHERE account_id = @Id;
        DELETE FROM webhook_messages WHERE account_id = @Id;
        DELETE FROM erasures WHERE account_id = @Id;
        INSERT INTO erasures (account_id, erased_at) VALUES (@Id, @At);
        """;

    /// <summary>False where there was no such account, or its version is another than asked for.</summary>
    public Task<bool> EraseAsync(string id, CancellationToken cancellation) => database.WriteAsync(
        async transaction =>
        {
            var connection = transaction.Connection!;
            if (await connection.ExecuteAsync(DeleteAccount, new { Id = id }, transaction) == 0) return false;
            await connection.ExecuteAsync(DeleteRest, new { Id = id, At = time.GetUtcNow().ToMicroseconds() }, transaction);
            return true;
        },
        cancellation);
}
