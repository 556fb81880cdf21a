using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Webhooks.Outbox;

namespace HealthApi.Infrastructure.Webhooks.Subscriptions;

/// <summary>
/// Disables and enables subscriptions, by changing one row, however large the backlog is. Nothing is claimed of a disabled subscription.
/// Its pending deliveries are held afterwards, and its held deliveries are released before it is enabled, both in chunks (<see
/// cref="SubscriptionBacklog"/>).
/// </summary>
internal static class SubscriptionSwitch
{
    private const string Disable = """
        UPDATE webhook_subscriptions SET enabled = 0, disabled_reason = @Reason, releasing = NULL, released_at = NULL,
            version = version + 1, updated_at = @Now
        WHERE id = @Id AND (enabled = 1 OR releasing IS NOT NULL)
        """;

    private const string Enable = """
        UPDATE webhook_subscriptions
        SET enabled = 1, disabled_reason = NULL, releasing = NULL, released_at = NULL, failing_since = NULL, paused_until = NULL,
            version = version + 1, updated_at = @Now
        WHERE id = @Id
        """;

    private const string CountDisabled = "SELECT COUNT(*) FROM webhook_subscriptions WHERE id = @Id AND enabled = 0";

    private const string Release = "UPDATE webhook_subscriptions SET releasing = @Choice, released_at = @Now WHERE id = @Id";

    /// <summary>
    /// Disables a subscription and ends a release in progress. False where there is no such subscription, or it is disabled already.
    /// </summary>
    public static async Task<bool> DisableAsync(DbTransaction transaction, string id, string reason, DateTimeOffset now)
    {
        if (await transaction.Connection!.ExecuteAsync(Disable, new { Id = id, Reason = reason, Now = now }, transaction) == 0)
            return false;
        await RouteChanges.CountAsync(transaction);
        await SubscriptionAudit.AddSwitchAsync(transaction, id, false, reason, now);
        return true;
    }

    /// <summary>
    /// Enables a subscription and clears its failures and pauses. False where there is no such subscription. The transaction must have
    /// begun with <see cref="RouteChanges.CloseAsync"/>.
    /// </summary>
    public static async Task<bool> EnableAsync(DbTransaction transaction, string id, DateTimeOffset now)
    {
        var isDisabled = await transaction.Connection!.ExecuteScalarAsync<long>(CountDisabled, new { Id = id }, transaction) > 0;
        if (await transaction.Connection!.ExecuteAsync(Enable, new { Id = id, Now = now }, transaction) == 0) return false;
        if (isDisabled) await SubscriptionAudit.AddSwitchAsync(transaction, id, true, null, now);
        await SubscriptionStates.ClearAsync(transaction, id);
        await RouteChanges.CountAsync(transaction);
        return true;
    }

    /// <summary>
    /// Begins to release the held deliveries; the release ends by enabling the subscription. Until then dispatchers claim nothing of it, so
    /// that its messages are sent in their order. False where there is no such subscription.
    /// </summary>
    public static async Task<bool> ReleaseAsync(DbTransaction transaction, string id, HeldChoice choice, DateTimeOffset now) =>
        await transaction.Connection!.ExecuteAsync(
            Release, new { Id = id, Choice = choice.ToString().ToLowerInvariant(), Now = now }, transaction) == 1;
}
