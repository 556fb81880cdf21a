using System.Data.Common;
using Dapper;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>What becomes of the held deliveries of a subscription that is enabled.</summary>
public enum HeldChoice : byte
{
    /// <summary>They stay held.</summary>
    Keep,

    /// <summary>All are sent, in their order.</summary>
    All,

    /// <summary>Of the messages that say how an account stands, the latest of each type and account is sent and those before it are skipped; all others are sent.</summary>
    Latest,
}

/// <summary>How many held deliveries were queued, and how many skipped.</summary>
public sealed record ReleasedDeliveries(int Queued, int Skipped);

/// <summary>Lets go of what was held. Nothing is dropped: what is skipped is listed as that, and can be replayed.</summary>
internal static class HeldDeliveries
{
    // An attempt that is still under way stays with whoever sends it: it ends its lease, and what it brings is written.
    private static readonly SqlText SkipOldNews = new(
        """
        UPDATE webhook_deliveries SET status = 'skipped', completed_at = @Now
        WHERE status = 'held' AND seq IN (
            SELECT seq FROM (
                SELECT d.seq, ROW_NUMBER() OVER (PARTITION BY m.account_id, m.type ORDER BY d.seq DESC) AS newest
                FROM webhook_deliveries d
                JOIN webhook_messages m ON m.id = d.message_id
                WHERE d.subscription_id = @Id AND d.status = 'held' AND m.account_id IS NOT NULL
                  AND m.type IN (SELECT value FROM json_each(@StateTypes))) AS ranked
            WHERE newest > 1)
        """,
        """
        UPDATE webhook_deliveries SET status = 'skipped', completed_at = @Now
        WHERE status = 'held' AND seq IN (
            SELECT seq FROM (
                SELECT d.seq, ROW_NUMBER() OVER (PARTITION BY m.account_id, m.type ORDER BY d.seq DESC) AS newest
                FROM webhook_deliveries d
                JOIN webhook_messages m ON m.id = d.message_id
                WHERE d.subscription_id = @Id AND d.status = 'held' AND m.account_id IS NOT NULL
                  AND m.type IN (SELECT t.value COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@StateTypes) AS t)) AS ranked
            WHERE newest > 1)
        """);

    private const string QueueHeld = """
        UPDATE webhook_deliveries SET status = 'pending', tries = 0, next_attempt_at = CASE WHEN lease_owner IS NULL THEN @Now ELSE @LeaseUntil END, completed_at = NULL
        WHERE subscription_id = @Id AND status = 'held'
        """;

    private static readonly string[] StateTypes = [.. WebhookEventTypes.All.Where(type => type.IsState).Select(type => type.Name)];

    public static async Task<ReleasedDeliveries> ReleaseAsync(DbTransaction transaction, string subscriptionId, HeldChoice choice, DateTimeOffset now, TimeSpan lease)
    {
        if (choice == HeldChoice.Keep) return new ReleasedDeliveries(0, 0);
        var connection = transaction.Connection!;
        var skipped = choice == HeldChoice.Latest
            ? await connection.ExecuteAsync(SkipOldNews.For(connection), new { Id = subscriptionId, StateTypes = JsonRows.Of(connection, StateTypes), Now = now }, transaction)
            : 0;
        return new ReleasedDeliveries(await connection.ExecuteAsync(QueueHeld, new { Id = subscriptionId, Now = now, LeaseUntil = now + lease }, transaction), skipped);
    }
}
