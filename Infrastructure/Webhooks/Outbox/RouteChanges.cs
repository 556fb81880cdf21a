using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>Identifies a state of the subscriptions: equal values mean equal routes.</summary>
/// <param name="Number">Rises with every change.</param>
/// <param name="Subscriptions">The number of subscriptions. This and the following values detect changes by a former version of the
/// service, which does not raise the number.</param>
/// <param name="Versions">The sum of their versions.</param>
/// <param name="NewestId">The greatest id: that of the subscription that was created last.</param>
internal sealed record RoutesVersion(long Number, long Subscriptions, long Versions, string? NewestId);

/// <summary>
/// Coordinates writers that queue messages with changes of subscriptions, across processes. A writer holds a shared lock until its
/// transaction ends. A transaction that enables or removes a subscription holds the lock exclusively: it waits for all writers and blocks
/// new ones. Without the lock, a message that was decided while the subscription was disabled could be held after the held deliveries were
/// released. SQLite needs no lock, since it has one writer.
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

    /// <summary>
    /// Prevents subscriptions from being enabled until the transaction ends, and returns their state as the transaction sees it.
    /// </summary>
    public static async Task<RoutesVersion> EnterAsync(DbTransaction transaction, CancellationToken cancellation)
    {
        var connection = transaction.Connection!;
        var command = new CommandDefinition(Enter.For(connection), transaction: transaction, cancellationToken: cancellation);
        var row = await connection.QuerySingleAsync<EnteredRow>(command);
        Check(row.Granted);
        return new RoutesVersion(row.Number, row.Subscriptions, row.Versions, row.NewestId);
    }

    /// <summary>
    /// Waits until no writer queues messages, and blocks writers until the transaction ends. It must be the first step of the transaction:
    /// while it waits, the transaction must hold nothing that the writers may need.
    /// </summary>
    public static async Task CloseAsync(DbTransaction transaction)
    {
        var connection = transaction.Connection!;
        Check(await connection.ExecuteScalarAsync<int>(Close.For(connection), transaction: transaction));
    }

    /// <summary>Counts a change of the routes; other transactions see it after the commit.</summary>
    public static Task CountAsync(DbTransaction transaction) => transaction.Connection!.ExecuteAsync(Count, transaction: transaction);

    private static void Check(int granted)
    {
        if (granted < 0) throw new StoreUnavailableException("Gave up waiting for the lock on webhook subscriptions.");
    }

    private sealed record EnteredRow
    {
        /// <summary>Negative where the lock was not granted; 1 where it was granted after a wait.</summary>
        public int Granted { get; init; }

        public long Number { get; init; }

        public long Subscriptions { get; init; }

        public long Versions { get; init; }

        public string? NewestId { get; init; }
    }
}
