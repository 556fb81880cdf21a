using System.Text.Json.Nodes;
using Dapper;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// An entry of an account's timeline. <see cref="Body"/> is its JSON, or the status of a delivery; <see cref="Position"/> orders entries
/// of the same instant and kind.
/// </summary>
public sealed record TimelineEntry(string Kind, DateTimeOffset At, string Id, string Position, string Type, string? Source, string Body);

/// <summary>Where a page of the timeline ended.</summary>
public sealed record TimelineCursor(DateTimeOffset At, string Kind, string Id);

/// <summary>
/// Reads events, conflicts, crossings, deliveries, overrides and changes of alerts of an account, newest first; one seek per kind.
/// </summary>
public sealed class TimelineStore(IDatabase database)
{
    private const string Events = """
        'event' AS Kind, occurred_at AS At, CONCAT(source, '/', id) AS Id, id AS ShownId, type AS TypeNumber, '' AS Type, source AS Source,
            data AS Body
        FROM events WHERE account_id = @AccountId AND occurred_at <= @At
            AND (occurred_at < @At OR 'event' < @Kind OR ('event' = @Kind AND CONCAT(source, '/', id) < @Id))
        ORDER BY occurred_at DESC, CONCAT(source, '/', id) DESC
        """;

    private const string Conflicts = """
        'conflict' AS Kind, received_at AS At, CONCAT(source, '/', id, '/', hash) AS Id, id AS ShownId, type AS TypeNumber, '' AS Type,
            source AS Source, data AS Body
        FROM event_conflicts WHERE account_id = @AccountId AND received_at <= @At
            AND (received_at < @At OR 'conflict' < @Kind OR ('conflict' = @Kind AND CONCAT(source, '/', id, '/', hash) < @Id))
        ORDER BY received_at DESC, CONCAT(source, '/', id, '/', hash) DESC
        """;

    private const string Crossings = """
        'crossing' AS Kind, at AS At, id AS Id, id AS ShownId, 0 AS TypeNumber, metric AS Type, NULL AS Source, data AS Body
        FROM crossings WHERE account_id = @AccountId AND at <= @At
            AND (at < @At OR 'crossing' < @Kind OR ('crossing' = @Kind AND id < @Id))
        ORDER BY at DESC, id DESC
        """;

    private const string Deliveries = """
        'delivery' AS Kind, d.created_at AS At, d.id AS Id, d.id AS ShownId, 0 AS TypeNumber, m.type AS Type, d.subscription_id AS Source,
            d.status AS Body
        FROM webhook_messages AS m JOIN webhook_deliveries AS d ON d.message_id = m.id
        WHERE m.account_id = @AccountId AND d.created_at <= @At
            AND (d.created_at < @At OR 'delivery' < @Kind OR ('delivery' = @Kind AND d.id < @Id))
        ORDER BY d.created_at DESC, d.id DESC
        """;

    private const string OverridesSet = """
        'override' AS Kind, set_at AS At, CONCAT('2/', id) AS Id, id AS ShownId, 0 AS TypeNumber, 'override.set' AS Type, set_by AS Source,
            data AS Body
        FROM account_overrides WHERE account_id = @AccountId AND set_at <= @At
            AND (set_at < @At OR 'override' < @Kind OR ('override' = @Kind AND CONCAT('2/', id) < @Id))
        ORDER BY set_at DESC, id DESC
        """;

    private const string OverridesEnded = """
        'override' AS Kind, ended_at AS At, CONCAT('1/', id) AS Id, id AS ShownId, 0 AS TypeNumber, 'override.ended' AS Type,
            ended_by AS Source, data AS Body
        FROM account_overrides WHERE account_id = @AccountId AND ended_at <= @At
            AND (ended_at < @At OR 'override' < @Kind OR ('override' = @Kind AND CONCAT('1/', id) < @Id))
        ORDER BY ended_at DESC, id DESC
        """;

    private const string Alerts = """
        'alert' AS Kind, h.at AS At, CONCAT(h.alert_id, '/', h.number) AS Id, h.alert_id AS ShownId, 0 AS TypeNumber,
            CONCAT('alert.', h.what) AS Type, h.made_by AS Source, a.metric AS Metric, a.severity AS Severity, h.score AS Score,
            h.label AS Label, h.cause AS Cause, h.note AS Note
        FROM alert_changes AS h JOIN alerts AS a ON a.id = h.alert_id
        WHERE h.account_id = @AccountId AND h.at <= @At
            AND (h.at < @At OR 'alert' < @Kind OR ('alert' = @Kind AND CONCAT(h.alert_id, '/', h.number) < @Id))
        ORDER BY h.at DESC, CONCAT(h.alert_id, '/', h.number) DESC
        """;

    private static readonly (string Kind, SqlText Sql)[] Sources =
    [
        ("event", Page(Events)), ("conflict", Page(Conflicts)), ("crossing", Page(Crossings)), ("delivery", Page(Deliveries)),
        ("override", Page(OverridesSet)), ("override", Page(OverridesEnded)), ("alert", Page(Alerts)),
    ];

    public static IReadOnlyList<string> Kinds { get; } = [.. Sources.Select(source => source.Kind).Distinct()];

    /// <summary>
    /// Up to <paramref name="limit"/> entries of the kinds, after the cursor; entries of one instant by kind and id, in descending order.
    /// </summary>
    public Task<IReadOnlyList<TimelineEntry>> ReadAsync(
        string accountId, IReadOnlyCollection<string> kinds, TimelineCursor? after, int limit, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<TimelineEntry>>(
            async connection =>
            {
                // Without a cursor the page begins at the newest entry: '~' sorts after the name of every kind.
                var parameters = new
                {
                    AccountId = accountId,
                    At = after?.At ?? DateTimeOffset.MaxValue,
                    Kind = after?.Kind ?? "~",
                    Id = after?.Id ?? "",
                    Limit = limit
                };
                var rows = new List<EntryRow>();
                foreach (var (kind, sql) in Sources)
                {
                    if (kinds.Contains(kind))
                        rows.AddRange(await connection.QueryAsync<EntryRow>(sql.For(connection), parameters));
                }

                return [.. rows.OrderByDescending(row => row.At).ThenByDescending(row => row.Kind, StringComparer.Ordinal)
                    .ThenByDescending(row => row.Id, StringComparer.Ordinal).Take(limit).Select(row => row.ToEntry())];
            },
            cancellation);

    private static SqlText Page(string rows) => new("SELECT " + rows + " LIMIT @Limit", "SELECT TOP (@Limit) " + rows);

    private sealed record EntryRow
    {
        public string Kind { get; init; } = "";

        public DateTimeOffset At { get; init; }

        public string Id { get; init; } = "";

        public string ShownId { get; init; } = "";

        public long TypeNumber { get; init; }

        public string Type { get; init; } = "";

        public string? Source { get; init; }

        public string Body { get; init; } = "";

        /// <summary>The metric of an alert; null for other entries. So are the following.</summary>
        public string? Metric { get; init; }

        public string? Severity { get; init; }

        public double? Score { get; init; }

        public string? Label { get; init; }

        public string? Cause { get; init; }

        public string? Note { get; init; }

        public TimelineEntry ToEntry() => new(
            Kind, At, ShownId, Id, TypeNumber > 0 ? Core.Events.EventTypes.Name((Core.Events.EventType)TypeNumber) : Type, Source,
            Metric is null ? Body : AlertBody(Metric).ToJsonString());

        private JsonObject AlertBody(string metric)
        {
            var body = new JsonObject { ["metric"] = metric, ["severity"] = Severity, ["score"] = Rounding.ForDisplay(Score) };
            if (Label is not null) body[metric == "health" ? "category" : "level"] = Label;
            body["cause"] = Cause;
            body["note"] = Note;
            return body;
        }
    }
}
