using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Lanes;

namespace HealthApi.Api.Events;

/// <summary>The counts of ingestion.</summary>
/// <param name="Discarded">Parked events that an operator discarded.</param>
/// <param name="Dropped">Events whose account was erased after they were accepted.</param>
/// <param name="Pending">Events that wait in the lanes.</param>
/// <param name="Balance">Accepted events minus those with a known fate or pending; 0 unless events were lost or counted twice.</param>
/// <param name="LagSeconds">Age of the oldest accepted event that still waits; 0 if none waits.</param>
/// <param name="Rejected">Rejected events by error code, since this process started.</param>
internal sealed record IngestionStatsView(
    long Accepted, long Processed, long Duplicates, long Conflicts, long Parked, long ParkedAccounts, long Discarded, long Dropped,
    long Pending, long Balance, double LagSeconds, IReadOnlyList<LaneQueue> Queues, IReadOnlyDictionary<string, long> Rejected,
    IReadOnlyList<SourceStats> Sources)
{
    private const int LagDecimals = 3;

    public static IngestionStatsView Of(IngestionFigures figures, IReadOnlyDictionary<string, long> rejected, DateTimeOffset now)
    {
        var lag = figures.OldestPending is { } oldest ? Math.Max(0, (now - oldest).TotalSeconds) : 0;
        return new IngestionStatsView(
            figures.Accepted, figures.Processed, figures.Duplicates, figures.Conflicts, figures.Parked, figures.ParkedAccounts,
            figures.Discarded, figures.Dropped, figures.Pending, figures.Balance, Math.Round(lag, LagDecimals), figures.Queues, rejected,
            figures.Sources);
    }
}
