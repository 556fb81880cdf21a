using Dapper;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Explaining;

/// <summary>
/// Finds the families of events that have fallen silent, compared with their own usual gaps (<see cref="SourceRhythm"/>).
/// </summary>
public sealed class SilentSources(IDatabase database)
{
    private static readonly SqlText SelectDays = new(
        """
        SELECT DISTINCT type AS Type, occurred_at / 86400000000 * 86400000000 AS Day FROM events
        WHERE account_id = @AccountId AND occurred_at > @Since AND occurred_at <= @UpTo
        """,
        """
        SELECT DISTINCT type AS Type, CAST(occurred_at AS date) AS Day FROM events
        WHERE account_id = @AccountId AND occurred_at > @Since AND occurred_at <= @UpTo
        """);

    /// <summary>
    /// The families whose last event is longer ago than usual, at the standing's instant and by all events received by now. A family that
    /// never had an event is not returned.
    /// </summary>
    public async Task<IReadOnlySet<EventFamily>> FindAsync(StandingAt read, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(read);
        var asOf = read.Now.AsOf;
        var quiet = read.Figures.NewestByFamily().Where(pair => SourceRhythm.MayBeStale(pair.Value, asOf)).ToList();
        if (quiet.Count == 0) return new HashSet<EventFamily>();
        var parameters = new { AccountId = read.Profile.Id, Since = asOf - SourceRhythm.LookBack, UpTo = asOf };
        var rows =
            await database.ReadAsync(connection => connection.QueryAsync<DayRow>(SelectDays.For(connection), parameters), cancellation);
        var days = rows.ToLookup(row => ((EventType)row.Type).Family(), row => row.Day.ToDay());
        return quiet.Where(pair => SourceRhythm.IsStale([.. days[pair.Key].Distinct().Order()], pair.Value, asOf))
            .Select(pair => pair.Key).ToHashSet();
    }

    private sealed record DayRow
    {
        public long Type { get; init; }

        public DateTimeOffset Day { get; init; }
    }
}
