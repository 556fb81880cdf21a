using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Webhooks.Outbox;

namespace HealthApi.Infrastructure.Webhooks.Subscriptions;

/// <summary>
/// Turns subscriptions off and on; one row each, whatever waits behind it. From then on nothing is claimed of one that is off: what is
/// pending of it is held, and what is held of one that goes on becomes due, in pieces afterwards (<see cref="SubscriptionBacklog"/>).
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

    /// <summary>False where there is no such subscription, or it is disabled already. A release that is under way ends.</summary>
    public static async Task<bool> DisableAsync(DbTransaction transaction, string id, string reason, DateTimeOffset now)
    {
        if (await transaction.Connection!.ExecuteAsync(Disable, new { Id = id, Reason = reason, Now = now }, transaction) == 0)
            return false;
        await RouteChanges.CountAsync(transaction);
        await SubscriptionAudit.AddSwitchAsync(transaction, id, false, reason, now);
        return true;
    }

    /// <summary>
    /// With a clean record. False where there is no such subscription. The transaction has begun with
    /// <see cref="RouteChanges.CloseAsync"/>.
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
    /// Begins to free what is held, which ends with the subscription enabled; until then the dispatchers take nothing of it, so that its
    /// messages go in their order. False where there is no such subscription.
    /// </summary>
    public static async Task<bool> ReleaseAsync(DbTransaction transaction, string id, HeldChoice choice, DateTimeOffset now) =>
        await transaction.Connection!.ExecuteAsync(
            Release, new { Id = id, Choice = choice.ToString().ToLowerInvariant(), Now = now }, transaction) == 1;
}
