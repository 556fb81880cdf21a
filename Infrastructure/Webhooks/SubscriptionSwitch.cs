using System.Data.Common;
using Dapper;

namespace HealthApi.Infrastructure.Webhooks;

/// <summary>Turns subscriptions off and on. What is pending when one goes off is held, never dropped.</summary>
internal static class SubscriptionSwitch
{
    private const string Disable = """
        UPDATE webhook_subscriptions SET enabled = 0, disabled_reason = @Reason, version = version + 1, updated_at = @Now
        WHERE id = @Id AND enabled = 1
        """;

    private const string HoldPending = """
        UPDATE webhook_deliveries SET status = 'held', next_attempt_at = NULL WHERE subscription_id = @Id AND status = 'pending'
        """;

    private const string Enable = """
        UPDATE webhook_subscriptions
        SET enabled = 1, disabled_reason = NULL, failing_since = NULL, paused_until = NULL, version = version + 1, updated_at = @Now
        WHERE id = @Id
        """;

    /// <summary>False where there is no such subscription, or it is disabled already.</summary>
    public static async Task<bool> DisableAsync(DbTransaction transaction, string id, string reason, DateTimeOffset now)
    {
        var connection = transaction.Connection!;
        if (await connection.ExecuteAsync(Disable, new { Id = id, Reason = reason, Now = now }, transaction) == 0) return false;
        await connection.ExecuteAsync(HoldPending, new { Id = id }, transaction);
        return true;
    }

    /// <summary>False where there is no such subscription.</summary>
    public static async Task<bool> EnableAsync(DbTransaction transaction, string id, DateTimeOffset now) =>
        await transaction.Connection!.ExecuteAsync(Enable, new { Id = id, Now = now }, transaction) == 1;
}
