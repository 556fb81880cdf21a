using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>Which state of the subscriptions somebody has read: equal ones have the same routes.</summary>
/// <param name="Number">Rises with every change.</param>
/// <param name="Subscriptions">
/// How many there are. This and the following values detect changes by a former version of the service, which does not raise the number.
/// </param>
/// <param name="Versions">The sum of their versions.</param>
/// <param name="NewestId">The greatest id: that of the subscription that was created last.</param>
internal sealed record RoutesVersion(long Number, long Subscriptions, long Versions, string? NewestId);

/// <summary>
/// Keeps whoever queues messages and whoever changes subscriptions in step, across processes. Who queues holds a lock that others may hold
/// too until its transaction ends; who enables a subscription, or removes it, waits for all of them and keeps the next ones waiting.
/// Otherwise a message that was decided while the subscription was disabled could be held after what was held has been freed. SQLite has
/// one writer anyway.
/// </summary>
internal static class RouteChanges
{
    private static readonly SqlText Enter = new(
        """
        SELECT 0 AS Granted, (SELECT number FROM webhook_route_changes WHERE id = 1) AS Number,
            COUNT(*) AS Subscriptions, COALESCE(SUM(version), 0) AS Versions, MAX(id) AS NewestId
        FROM webhook_subscriptions
        """,
        """
        DECLARE @granted int;
        EXEC @granted = sp_getapplock @Resource = 'healthapi.webhook_routes', @LockMode = 'Shared', @LockOwner = 'Transaction',
            @LockTimeout = 20000;
        SELECT @granted AS Granted, (SELECT number FROM webhook_route_changes WHERE id = 1) AS Number,
            COUNT(*) AS Subscriptions, COALESCE(SUM(version), 0) AS Versions, MAX(id) AS NewestId
        FROM webhook_subscriptions;
        """);

    private static readonly SqlText Close = new(
        "SELECT 0",
        """
        DECLARE @granted int;
        EXEC @granted = sp_getapplock @Resource = 'healthapi.webhook_routes', @LockMode = 'Exclusive', @LockOwner = 'Transaction',
            @LockTimeout = 20000;
        SELECT @granted;
        """);

    private const string Count = "UPDATE webhook_route_changes SET number = number + 1 WHERE id = 1";

    /// <summary>Keeps subscriptions from being enabled until the transaction ends, and says which state of them it sees.</summary>
    public static async Task<RoutesVersion> EnterAsync(DbTransaction transaction, CancellationToken cancellation)
    {
        var connection = transaction.Connection!;
        var command = new CommandDefinition(Enter.For(connection), transaction: transaction, cancellationToken: cancellation);
        var row = await connection.QuerySingleAsync<EnteredRow>(command);
        Check(row.Granted);
        return new RoutesVersion(row.Number, row.Subscriptions, row.Versions, row.NewestId);
    }

    /// <summary>
    /// Waits until nobody is queueing, and keeps others from it until the transaction ends. The first step of a transaction: whoever waits
    /// here must hold nothing that those it waits for may want.
    /// </summary>
    public static async Task CloseAsync(DbTransaction transaction)
    {
        var connection = transaction.Connection!;
        Check(await connection.ExecuteScalarAsync<int>(Close.For(connection), transaction: transaction));
    }

    /// <summary>Says, with the commit, that the routes have changed.</summary>
    public static Task CountAsync(DbTransaction transaction) => transaction.Connection!.ExecuteAsync(Count, transaction: transaction);

    private static void Check(int granted)
    {
        if (granted < 0) throw new StoreUnavailableException("Subscriptions are being changed, or messages queued, for too long.");
    }

    private sealed record EnteredRow
    {
        /// <summary>Below zero where the lock was not granted; 1 where it was granted after a wait.</summary>
        public int Granted { get; init; }

        public long Number { get; init; }

        public long Subscriptions { get; init; }

        public long Versions { get; init; }

        public string? NewestId { get; init; }
    }
}
