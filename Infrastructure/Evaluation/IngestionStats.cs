using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation.Parking;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Lanes;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>The number of events of a source, and the times of its newest.</summary>
public sealed record SourceStats(string Source, long Events, DateTimeOffset LastOccurredAt, DateTimeOffset LastReceivedAt);

/// <summary>
/// The numbers of accepted events by what happened to them, as of one instant. An event that another process has acknowledged within the
/// last second may not be counted as accepted yet.
/// </summary>
/// <param name="Taken">Accepted events that the workers have taken from the lanes, or that did not come through a lane.</param>
/// <param name="Dropped">Events whose account was erased after they were accepted.</param>
public sealed record IngestionFigures(
    long Accepted, long Taken, long Processed, long Duplicates, long Conflicts, long Parked, long Discarded, long Dropped,
    IReadOnlyList<SourceStats> Sources)
{
    /// <summary>Parked accounts. Their events count as processed, and are folded into the figures when the account is rebuilt.</summary>
    public long ParkedAccounts { get; init; }

    /// <summary>Events that were accepted and not yet taken.</summary>
    public long Pending => Accepted - Taken;

    /// <summary>
    /// Accepted events minus those that are pending, processed, duplicates, conflicts, parked, discarded or dropped. Must be 0; any other
    /// value means that events were lost or counted twice.
    /// </summary>
    public long Balance => Taken - Processed - Duplicates - Conflicts - Parked - Discarded - Dropped;

    /// <summary>The time since which the oldest event waits in the lanes; null where none waits.</summary>
    public DateTimeOffset? OldestPending { get; init; }

    /// <summary>The broker's queues in which messages wait.</summary>
    public IReadOnlyList<LaneQueue> Queues { get; init; } = [];
}

/// <summary>Reads the numbers of ingested events from the store.</summary>
public sealed class IngestionStats(IDatabase database, ILaneTransport lanes, AcceptingProcess process, ParkedAccounts accounts)
{
    // One statement, so that all numbers are of one instant. Earlier versions of the service, which may run at the same time, count in
    // ingestion_counters; all those events were taken.
    private const string Counters = """
        SELECT name AS Name, 0 AS Process, 0 AS Accepted, SUM(value) AS Value FROM ingestion_counts GROUP BY name
        UNION ALL SELECT name, 0, 0, value FROM ingestion_counters
        UNION ALL SELECT 'parked', 0, 0, COALESCE(SUM(events), 0) FROM parked_events
        UNION ALL SELECT 'process', 0, 0, COALESCE(SUM(value), 0) FROM ingestion_counters
        UNION ALL SELECT 'process', id, SUM(accepted), SUM(taken) FROM lane_processes GROUP BY id
        """;

    // Earlier versions of the service, which may run at the same time, count in ingestion_sources.
    private const string Sources = """
        SELECT s.source AS Source, SUM(s.events) AS Events, MAX(s.last_occurred_at) AS LastOccurredAt,
            MAX(s.last_received_at) AS LastReceivedAt
        FROM (
            SELECT source, events, last_occurred_at, last_received_at FROM ingestion_source_counts
            UNION ALL SELECT source, events, last_occurred_at, last_received_at FROM ingestion_sources) AS s
        GROUP BY s.source ORDER BY s.source
        """;

    public async Task<IngestionFigures> ReadAsync(CancellationToken cancellation)
    {
        var backlog = await lanes.BacklogAsync(cancellation);
        var (accepted, parked) = (process.Accepted, await accounts.CountAsync(cancellation));
        return await database.ReadAsync(
            async connection =>
            {
                var rows = (await connection.QueryAsync<CounterRow>(Counters)).AsList();
                var sources = await connection.QueryAsync<SourceRow>(Sources);
                return ToFigures(rows, accepted, [.. sources.Select(row => row.ToStats())]) with
                {
                    ParkedAccounts = parked,
                    OldestPending = backlog.Oldest,
                    Queues = backlog.Queues,
                };
            },
            cancellation);
    }

    private IngestionFigures ToFigures(List<CounterRow> rows, long acceptedHere, IReadOnlyList<SourceStats> sources)
    {
        // This process may have accepted more than it has written yet. A process that was killed may have accepted events without writing
        // their number; workers count them when they take them. So the higher of the two numbers is used.
        rows.Add(new CounterRow { Name = CounterRow.OfProcess, Process = process.Id, Accepted = acceptedHere });
        var processes = rows.Where(row => row.Name == CounterRow.OfProcess).GroupBy(row => row.Process)
            .Select(rows => (Accepted: rows.Max(row => row.Accepted), Taken: rows.Sum(row => row.Value))).ToList();
        return new IngestionFigures(
            processes.Sum(row => Math.Max(row.Accepted, row.Taken)),
            processes.Sum(row => row.Taken),
            Count(IngestionCounters.Processed),
            Count(IngestionCounters.Duplicates),
            Count(IngestionCounters.Conflicts),
            Count(CounterRow.OfParked),
            Count(IngestionCounters.Discarded),
            Count(IngestionCounters.Dropped),
            sources);

        long Count(string name) => rows.Where(row => row.Name == name).Sum(row => row.Value);
    }

    private sealed record CounterRow
    {
        public const string OfParked = "parked", OfProcess = "process";

        public string Name { get; init; } = "";

        public long Process { get; init; }

        public long Accepted { get; init; }

        public long Value { get; init; }
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
