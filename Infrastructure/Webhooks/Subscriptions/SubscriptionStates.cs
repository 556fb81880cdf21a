using System.Data.Common;
using Dapper;

namespace HealthApi.Infrastructure.Webhooks.Subscriptions;

/// <summary>
/// The state of a subscription that dispatchers write: since when its receiver fails, until when it is paused, and how much of its budget
/// is spent. It is not in the subscription's row, because a transaction that queues a delivery refers to that row and would wait. Former
/// versions write it into that row, so readers use both.
/// </summary>
internal static class SubscriptionStates
{
    private const string IfAbsent = """
        INSERT INTO webhook_subscription_states (subscription_id)
        SELECT s.id FROM webhook_subscriptions AS s
        WHERE s.id = @Id AND NOT EXISTS (SELECT 1 FROM webhook_subscription_states AS t WHERE t.subscription_id = @Id);

        """;

    // The second statement clears what a former version has written; afterwards the subscription's row is only read.
    private const string Succeeded = """
        UPDATE webhook_subscription_states SET failing_since = NULL WHERE subscription_id = @Id AND failing_since IS NOT NULL;
        UPDATE webhook_subscriptions SET failing_since = NULL WHERE id = @Id AND failing_since IS NOT NULL;
        """;

    private const string Failed = IfAbsent
        + "UPDATE webhook_subscription_states SET failing_since = @At WHERE subscription_id = @Id AND failing_since IS NULL";

    private const string Pause = IfAbsent + """
        UPDATE webhook_subscription_states SET paused_until = @Until WHERE subscription_id = @Id AND (paused_until IS NULL
            OR paused_until < @Until)
        """;

    private const string Clear =
        "UPDATE webhook_subscription_states SET failing_since = NULL, paused_until = NULL WHERE subscription_id = @Id";

    private const string Spend =
        "UPDATE webhook_subscription_states SET budget = @Budget WHERE subscription_id = @Id AND COALESCE(budget, '') = @Known";

    public static Task SucceededAsync(DbTransaction transaction, string id) => ExecuteAsync(transaction, Succeeded, new { Id = id });

    /// <summary>Sets the start of the failures, unless it has failed for longer.</summary>
    public static Task FailedAsync(DbTransaction transaction, string id, DateTimeOffset at) =>
        ExecuteAsync(transaction, Failed, new { Id = id, At = at });

    /// <summary>Pauses until an instant, unless it is paused for longer.</summary>
    public static Task PauseAsync(DbTransaction transaction, string id, DateTimeOffset until) =>
        ExecuteAsync(transaction, Pause, new { Id = id, Until = until });

    /// <summary>Clears failures and pauses; the budget stays spent.</summary>
    public static Task ClearAsync(DbTransaction transaction, string id) => ExecuteAsync(transaction, Clear, new { Id = id });

    /// <summary>Stores the budget; false where another dispatcher has changed it since it was read.</summary>
    public static async Task<bool> SpendAsync(DbTransaction transaction, string id, string? known, string budget)
    {
        if (known is null) await transaction.Connection!.ExecuteAsync(IfAbsent, new { Id = id }, transaction);
        return await ExecuteAsync(transaction, Spend, new { Id = id, Known = known ?? "", Budget = budget }) == 1;
    }

    private static Task<int> ExecuteAsync(DbTransaction transaction, string sql, object parameters) =>
        transaction.Connection!.ExecuteAsync(sql, parameters, transaction);
}
