using System.Diagnostics;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Telemetry;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>Traces and metrics of processing transactions.</summary>
internal static class EvaluationTelemetry
{
    /// <summary>The maximum number of traces that are linked to a batch.</summary>
    private const int MaxLinks = 32;

    /// <summary>
    /// Begins the activity of a batch. Where all its events have the same trace, the activity is part of it; otherwise it is linked to
    /// their traces. Null where no listener is registered.
    /// </summary>
    public static Activity? Begin(IReadOnlyList<EventEnvelope> events)
    {
        if (!HealthTelemetry.Activities.HasListeners()) return null;
        var contexts = new List<ActivityContext>();
        foreach (
            var trace in events.Select(envelope => envelope.TraceParent).OfType<string>().Distinct(StringComparer.Ordinal).Take(MaxLinks))
        {
            if (ActivityContext.TryParse(trace, null, isRemote: true, out var context))
                contexts.Add(context);
        }

        var activity = HealthTelemetry.Activities.StartActivity(
            "process events", ActivityKind.Consumer, contexts.Count == 1 ? contexts[0] : default, links: contexts.Count == 1 ? []
                : contexts.Select(context => new ActivityLink(context)));
        return activity?.SetTag("healthapi.batch.size", events.Count);
    }

    /// <summary>Records the metrics of a committed transaction.</summary>
    public static void Count(IReadOnlyList<EventEnvelope> events, EventTally tally, TimeSpan duration, DateTimeOffset now, int partitions)
    {
        HealthTelemetry.BatchSize.Record(events.Count);
        HealthTelemetry.BatchDuration.Record(duration.TotalSeconds);
        Fate("new", tally.New);
        Fate("duplicate", tally.Duplicates);
        Fate("conflict", tally.Conflicts);
        Fate("dropped", tally.Dropped);
        if (!HealthTelemetry.LaneLag.Enabled) return;
        foreach (var lane in events.GroupBy(envelope => Lane.Of(envelope.AccountId, partitions)))
        {
            HealthTelemetry.LaneLag.Record(
                (now - lane.Min(envelope => envelope.ReceivedAt)).TotalSeconds, new KeyValuePair<string, object?>("lane", lane.Key));
        }
    }

    public static void CountParked() => Fate("parked", 1);

    private static void Fate(string fate, int count)
    {
        if (count > 0) HealthTelemetry.Processed.Add(count, new KeyValuePair<string, object?>("fate", fate));
    }
}
