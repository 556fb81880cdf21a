using System.Text.Json;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Auditing;

/// <summary>An entry of the audit trail.</summary>
/// <param name="Subject">The id of the changed thing; the pseudonym where it is an erased account.</param>
/// <param name="Before">The state before the change as JSON; null where there was none, or where <paramref name="Erased"/> is true.</param>
/// <param name="After">The state after the change as JSON; null where there is none, or where <paramref name="Erased"/> is true.</param>
/// <param name="Erased">Whether the account that the entry describes was erased, and with it the entry's states.</param>
public sealed record AuditEntry(
    string Id,
    DateTimeOffset At,
    string Kind,
    string Action,
    string Subject,
    Actor Actor,
    JsonElement? Before,
    JsonElement? After,
    bool Erased)
{
    /// <summary>The entry's position in the listing.</summary>
    public required AuditPosition Position { get; init; }
}

/// <summary>Where a page ended.</summary>
public sealed record AuditPosition(DateTimeOffset At, long Seq);

/// <summary>Which entries to list; a null member does not restrict the listing.</summary>
/// <param name="Actor">A key's id or name, or a command.</param>
/// <param name="Subject">An id; the id of an erased account finds its entries too.</param>
/// <param name="From">The earliest instant, inclusive.</param>
/// <param name="To">The latest instant, exclusive.</param>
public sealed record AuditFilter(IReadOnlyList<string>? Kinds, string? Actor, string? Subject, DateTimeOffset? From, DateTimeOffset? To);

/// <summary>Lists audit entries, the newest first.</summary>
public sealed class AuditReader(IDatabase database)
{
    private const string Columns = """
        seq AS Seq, id AS Id, at AS At, kind AS Kind, action AS Action, subject AS Subject, actor_kind AS ActorKind, actor_id AS ActorId,
        actor_name AS ActorName,
        state_before AS StateBefore, state_after AS StateAfter, erased AS Erased
        """;

    private const string Matching = """
         FROM audit_entries
        WHERE at >= @From AND at < @To AND (at < @BeforeAt OR (at = @BeforeAt AND seq < @BeforeSeq))
            AND (@Actor IS NULL OR actor_id = @Actor OR actor_name = @Actor) AND (@Subject IS NULL OR subject IN (@Subject, @Pseudonym))
        """;

    private const string Newest = " ORDER BY at DESC, seq DESC";

    private static readonly SqlText SelectPage = new(
        "SELECT " + Columns + Matching
            + " AND (@Kinds IS NULL OR kind IN (SELECT value FROM json_each(@Kinds)))" + Newest + " LIMIT @Limit",
        "SELECT TOP (@Limit) " + Columns + Matching + """
             AND (@Kinds IS NULL
                OR kind IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Kinds) WITH (v nvarchar(64) '$') AS j))
            """ + Newest + " OPTION (RECOMPILE)");

    /// <summary>Up to <paramref name="limit"/> entries after the position.</summary>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(
        AuditFilter filter, AuditPosition? after, int limit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<AuditRow>(SelectPage.For(connection), new
            {
                Kinds = filter.Kinds is null ? null : JsonRows.Of(connection, filter.Kinds),
                filter.Actor,
                filter.Subject,
                Pseudonym = filter.Subject is null ? null : AuditTrail.Pseudonym(filter.Subject),
                From = filter.From ?? DateTimeOffset.MinValue,
                To = filter.To ?? DateTimeOffset.MaxValue,
                BeforeAt = after?.At ?? DateTimeOffset.MaxValue,
                BeforeSeq = after?.Seq ?? long.MaxValue,
                Limit = limit,
            }),
            cancellation);
        return [.. rows.Select(row => row.ToEntry())];
    }

    private sealed record AuditRow
    {
        public long Seq { get; init; }

        public string Id { get; init; } = "";

        public DateTimeOffset At { get; init; }

        public string Kind { get; init; } = "";

        public string Action { get; init; } = "";

        public string Subject { get; init; } = "";

        public string ActorKind { get; init; } = "";

        public string? ActorId { get; init; }

        public string ActorName { get; init; } = "";

        public string? StateBefore { get; init; }

        public string? StateAfter { get; init; }

        public bool Erased { get; init; }

        public AuditEntry ToEntry() => new(
            Id, At, Kind, Action, Subject, new Actor(Enum.Parse<ActorKind>(ActorKind, ignoreCase: true), ActorId, ActorName),
                Json(StateBefore), Json(StateAfter), Erased)
        {
            Position = new AuditPosition(At, Seq),
        };

        private static JsonElement? Json(string? text) => text is null ? null : JsonElement.Parse(text);
    }
}
