using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Processing;

namespace HealthApi.Infrastructure.Events;

/// <summary>A source and the newest it told.</summary>
public sealed record SourceStats(string Source, long Events, DateTimeOffset LastOccurredAt, DateTimeOffset LastReceivedAt);

/// <summary>What became of the events that were accepted. <see cref="Pending"/> is what waits in the lanes.</summary>
public sealed record IngestionFigures(
    long Processed, long Duplicates, long Conflicts, long Parked, long Discarded, long Pending, DateTimeOffset? OldestPending, IReadOnlyList<SourceStats> Sources)
{
    /// <summary>Accounts that are set apart; what came for them is processed, and counts in their figures once they are rebuilt.</summary>
    public long ParkedAccounts { get; init; }

    /// <summary>The broker's queues in which something waits.</summary>
    public IReadOnlyList<LaneQueue> Queues { get; init; } = [];

    /// <summary>Every accepted event is one of these, so nothing is lost from sight.</summary>
    public long Accepted => Processed + Duplicates + Conflicts + Parked + Discarded + Pending;
}

/// <summary>Reads the ingestion figures from the store.</summary>
public sealed class IngestionStats(IDatabase database, ILaneTransport lanes, ParkedEventStore parked, ParkedAccounts accounts)
{
    // Earlier versions count in ingestion_sources, some of them beside this one.
    private const string Sources = """
        SELECT s.source AS Source, SUM(s.events) AS Events, MAX(s.last_occurred_at) AS LastOccurredAt, MAX(s.last_received_at) AS LastReceivedAt
        FROM (
            SELECT source, events, last_occurred_at, last_received_at FROM ingestion_source_counts
            UNION ALL SELECT source, events, last_occurred_at, last_received_at FROM ingestion_sources) AS s
        GROUP BY s.source ORDER BY s.source
        """;

    public async Task<IngestionFigures> ReadAsync(CancellationToken cancellation)
    {
        // What waits is read first: an event processed meanwhile is then counted twice rather than missed.
        var backlog = await lanes.BacklogAsync(cancellation);
        var (parkedCount, apart) = (await parked.CountAsync(cancellation), await accounts.CountAsync(cancellation));
        return await database.ReadAsync(
            async connection =>
            {
                var counters = await IngestionCounters.ReadAsync(connection);
                var sources = await connection.QueryAsync<SourceRow>(Sources);
                return new IngestionFigures(
                    counters.GetValueOrDefault(IngestionCounters.Processed),
                    counters.GetValueOrDefault(IngestionCounters.Duplicates),
                    counters.GetValueOrDefault(IngestionCounters.Conflicts),
                    parkedCount,
                    counters.GetValueOrDefault(IngestionCounters.Discarded),
                    backlog.Events,
                    backlog.Oldest,
                    [.. sources.Select(row => row.ToStats())])
                {
                    Queues = backlog.Queues,
                    ParkedAccounts = apart,
                };
            },
            cancellation);
    }

    private sealed record SourceRow
    {
        public string Source { get; init; } = "";

        public long Events { get; init; }

        public DateTimeOffset LastOccurredAt { get; init; }

        public DateTimeOffset LastReceivedAt { get; init; }

        public SourceStats ToStats() => new(Source, Events, LastOccurredAt, LastReceivedAt);
    }
}
