using System.Data.Common;
using System.Text.Json;
using Dapper;
using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// The subscriptions as the outbox writer needs them: cached, and read again when the version that the writer's transaction sees has
/// changed.
/// </summary>
internal sealed class OutboxRoutes
{
    private const string SelectRoutes = """
        SELECT id AS Id, enabled AS Enabled, event_types AS EventTypes, filter AS Filter
        FROM webhook_subscriptions
        ORDER BY id
        """;

    private Known? _known;

    /// <summary>The current routes. Until the transaction ends no other subscription is enabled.</summary>
    public async Task<IReadOnlyList<OutboxRoute>> LoadAsync(DbTransaction transaction, CancellationToken cancellation)
    {
        var version = await RouteChanges.EnterAsync(transaction, cancellation);
        if (_known is { } known && known.Version == version) return known.Routes;
        var read = new Known(version, await ReadAsync(transaction, cancellation));
        _known = read;
        return read.Routes;
    }

    /// <summary>
    /// The routes for a transaction that has changed them itself. They are not cached, since the transaction may be rolled back.
    /// </summary>
    public static async Task<IReadOnlyList<OutboxRoute>> ReadAsync(DbTransaction transaction, CancellationToken cancellation)
    {
        var command = new CommandDefinition(SelectRoutes, transaction: transaction, cancellationToken: cancellation);
        return [.. (await transaction.Connection!.QueryAsync<RouteRow>(command)).Select(Parse)];
    }

    private static OutboxRoute Parse(RouteRow row)
    {
        var types = JsonSerializer.Deserialize<string[]>(row.EventTypes, JsonSerializerOptions.Web) ?? [];
        var filter = row.Filter is null ? null : JsonSerializer.Deserialize<WebhookFilter>(row.Filter, JsonSerializerOptions.Web);
        return new OutboxRoute(
            row.Id, row.Enabled, types.ToHashSet(StringComparer.Ordinal), filter is null ? null : new WebhookMatcher(filter));
    }

    private sealed record Known(RoutesVersion Version, IReadOnlyList<OutboxRoute> Routes);

    private sealed record RouteRow
    {
        public string Id { get; init; } = "";

        public bool Enabled { get; init; }

        public string EventTypes { get; init; } = "[]";

        public string? Filter { get; init; }
    }
}
