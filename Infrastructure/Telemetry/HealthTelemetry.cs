using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace HealthApi.Infrastructure.Telemetry;

/// <summary>
/// The service's own activities and meters, all under the name <see cref="Name"/>. Without a listener, a call costs no more than one check.
/// </summary>
public static class HealthTelemetry
{
    public const string Name = "HealthApi";

    public static ActivitySource Activities { get; } = new(Name);

    public static Meter Meter { get; } = new(Name);

    /// <summary>Events that were answered 202.</summary>
    public static Counter<long> Accepted { get; } =
        Meter.CreateCounter<long>("healthapi.events.accepted", "{event}", "Events accepted durably.");

    /// <summary>Events that were refused, by <c>code</c> of the first mistake.</summary>
    public static Counter<long> Rejected { get; } =
        Meter.CreateCounter<long>("healthapi.events.rejected", "{event}", "Events refused, by the code of their first mistake.");

    /// <summary>Events that left the lanes, by <c>fate</c>.</summary>
    public static Counter<long> Processed { get; } = Meter.CreateCounter<long>(
        "healthapi.events.processed", "{event}", "Events that left the lanes, by fate: new, duplicate, conflict, parked.");

    /// <summary>Seconds from the acceptance of the oldest event of a <c>lane</c> in a batch to the commit of the batch.</summary>
    public static Histogram<double> LaneLag { get; } =
        Seconds("healthapi.lane.lag", "Time from acceptance to commit, of the oldest event of a lane in a batch.");

    /// <summary>Events of one transaction.</summary>
    public static Histogram<long> BatchSize { get; } = Meter.CreateHistogram(
        "healthapi.batch.size", "{event}", "Events in one processing transaction.",
        advice: Bounds<long>(1, 10, 50, 100, 250, 500, 1_000, 2_000, 4_000));

    /// <summary>How long a processing transaction took.</summary>
    public static Histogram<double> BatchDuration { get; } = Seconds("healthapi.batch.duration", "Duration of one processing transaction.");

    /// <summary>Attempts to deliver a webhook, by <c>result</c>.</summary>
    public static Counter<long> Deliveries { get; } = Meter.CreateCounter<long>(
        "healthapi.webhook.attempts", "{attempt}", "Webhook attempts, by result: delivered, retry, throttled, permanent, gone.");

    /// <summary>How long an attempt took.</summary>
    public static Histogram<double> DeliveryDuration { get; } = Seconds("healthapi.webhook.duration", "Duration of one webhook attempt.");

    public static Gauge<long> OutboxDepth { get; } =
        Meter.CreateGauge<long>("healthapi.outbox.depth", "{delivery}", "Deliveries that wait to be sent.");

    public static Gauge<double> OutboxAge { get; } =
        Meter.CreateGauge<double>("healthapi.outbox.age", "s", "Time since the oldest due delivery became due.");

    public static Gauge<long> LanePending { get; } =
        Meter.CreateGauge<long>("healthapi.lane.pending", "{event}", "Events that wait in the lanes: lane table and broker.");

    /// <summary>Batches that wait in the broker's queue of a <c>lane</c>.</summary>
    public static Gauge<long> LaneQueued { get; } =
        Meter.CreateGauge<long>("healthapi.lane.queued", "{batch}", "Batches in the broker's queue of a lane.");

    public static Gauge<long> Parked { get; } =
        Meter.CreateGauge<long>("healthapi.events.parked", "{event}", "Events that could not be processed.");

    public static Gauge<long> ParkedAccounts { get; } =
        Meter.CreateGauge<long>("healthapi.accounts.parked", "{account}", "Accounts whose stored state cannot be used.");

    /// <summary>Unexpected failures of background work, by <c>loop</c>.</summary>
    public static Counter<long> LoopFailures { get; } =
        Meter.CreateCounter<long>("healthapi.loop.failures", "{failure}", "Unexpected failures of background work, by loop.");

    private static Histogram<double> Seconds(string name, string description) =>
        Meter.CreateHistogram(
            name, "s", description, advice: Bounds(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 60, 600));

    private static InstrumentAdvice<T> Bounds<T>(params IReadOnlyList<T> bounds)
        where T : struct => new() { HistogramBucketBoundaries = bounds };
}
