using System.Data.Common;
using System.Text.Json;
using Dapper;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// The subscriptions as the outbox writer needs them: cached, and where the version that the writer's transaction sees has changed, those
/// that differ are read again.
/// </summary>
internal sealed class OutboxRoutes
{
    private const string SelectVersions = "SELECT id AS Id, version AS Version FROM webhook_subscriptions";

    private const string Columns = "SELECT id AS Id, version AS Version, enabled AS Enabled, event_types AS EventTypes, filter AS Filter";

    private static readonly SqlText SelectRoutes = new(
        Columns + " FROM webhook_subscriptions WHERE id IN (SELECT value FROM json_each(@Ids))",
        Columns + " FROM webhook_subscriptions WHERE id IN"
            + " (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)");

    private const string SelectOthers = "SELECT id FROM webhook_subscriptions WHERE enabled = 1 AND id <> @Except ORDER BY id";

    /// <summary>How many filters are in memory as text at once.</summary>
    private const int AtOnce = 100;

    private Known _known = new(null, []);
    private volatile bool _isPrepared;

    /// <summary>
    /// Reads the routes before the first transaction that needs them; a transaction reads only what has changed since. Later calls do
    /// nothing.
    /// </summary>
    public async Task PrepareAsync(IDatabase database, CancellationToken cancellation)
    {
        if (_isPrepared) return;
        _known = new Known(null, await database.ReadAsync(connection => ReadAsync(connection, null, cancellation), cancellation));
        _isPrepared = true;
    }

    /// <summary>The current routes. Until the transaction ends no other subscription is enabled.</summary>
    public async Task<IReadOnlyList<OutboxRoute>> LoadAsync(DbTransaction transaction, CancellationToken cancellation)
    {
        var version = await RouteChanges.EnterAsync(transaction, cancellation);
        if (_known.Version != version)
            _known = new Known(version, await ReadAsync(transaction.Connection!, transaction, cancellation));
        return _known.Routes;
    }

    /// <summary>The ids of all enabled subscriptions but one.</summary>
    public static Task<IEnumerable<string>> OthersAsync(DbTransaction transaction, string except, CancellationToken cancellation) =>
        transaction.Connection!.QueryAsync<string>(
            new CommandDefinition(SelectOthers, new { Except = except }, transaction, cancellationToken: cancellation));

    private async Task<IReadOnlyList<OutboxRoute>> ReadAsync(
        DbConnection connection, DbTransaction? transaction, CancellationToken cancellation)
    {
        var versions = await connection.QueryAsync<RouteRow>(
            new CommandDefinition(SelectVersions, transaction: transaction, cancellationToken: cancellation));
        var known = _known.Routes.ToDictionary(route => route.Id, StringComparer.Ordinal);
        var routes = new List<OutboxRoute>();
        foreach (var chunk in versions.OrderBy(row => row.Id, StringComparer.Ordinal).Chunk(AtOnce))
        {
            string[] changed = [.. chunk.Where(row => known.GetValueOrDefault(row.Id)?.Version != row.Version).Select(row => row.Id)];
            if (changed.Length > 0)
            {
                var parameters = new { Ids = JsonSerializer.Serialize(changed) };
                var select = new CommandDefinition(SelectRoutes.For(connection), parameters, transaction, cancellationToken: cancellation);
                foreach (var row in await connection.QueryAsync<RouteRow>(select)) known[row.Id] = row.ToRoute();
            }

            routes.AddRange(chunk.Select(row => known.GetValueOrDefault(row.Id)).OfType<OutboxRoute>());
        }

        return routes;
    }

    private sealed record Known(RoutesVersion? Version, IReadOnlyList<OutboxRoute> Routes);

    private sealed record RouteRow
    {
        public string Id { get; init; } = "";

        public long Version { get; init; }

        public bool Enabled { get; init; }

        public string EventTypes { get; init; } = "[]";

        public string? Filter { get; init; }

        public OutboxRoute ToRoute()
        {
            var types = JsonSerializer.Deserialize<string[]>(EventTypes, JsonSerializerOptions.Web) ?? [];
            var filter = Filter is null ? null : JsonSerializer.Deserialize<WebhookFilter>(Filter, JsonSerializerOptions.Web);
            return new OutboxRoute(
                Id, Version, Enabled, types.ToHashSet(StringComparer.Ordinal),
                filter is null ? null : new WebhookMatcher(filter with { Accounts = null }),
                filter?.Accounts is { Count: > 0 } accounts ? new WatchedAccounts(accounts) : null);
        }
    }
}
