using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json;
using Dapper;
using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>The subscriptions as the writer sees them: read in its own transaction, parsed once per version.</summary>
internal sealed class OutboxRoutes
{
    private const string SelectRoutes = """
        SELECT id AS Id, version AS Version, enabled AS Enabled, event_types AS EventTypes, filter AS Filter
        FROM webhook_subscriptions
        ORDER BY id
        """;

    private readonly ConcurrentDictionary<string, OutboxRoute> _parsed = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<OutboxRoute>> LoadAsync(DbTransaction transaction, CancellationToken cancellation)
    {
        var command = new CommandDefinition(SelectRoutes, transaction: transaction, cancellationToken: cancellation);
        var rows = await transaction.Connection!.QueryAsync<RouteRow>(command);
        return [.. rows.Select(Parse)];
    }

    private OutboxRoute Parse(RouteRow row)
    {
        if (_parsed.TryGetValue(row.Id, out var known) && known.Version == row.Version) return known;
        var types = JsonSerializer.Deserialize<string[]>(row.EventTypes, JsonSerializerOptions.Web) ?? [];
        var filter = row.Filter is null ? null : JsonSerializer.Deserialize<WebhookFilter>(row.Filter, JsonSerializerOptions.Web);
        return _parsed[row.Id] = new OutboxRoute(row.Id, row.Version, row.Enabled, types.ToHashSet(StringComparer.Ordinal), filter);
    }

    private sealed record RouteRow
    {
        public string Id { get; init; } = "";

        public long Version { get; init; }

        public bool Enabled { get; init; }

        public string EventTypes { get; init; } = "[]";

        public string? Filter { get; init; }
    }
}
