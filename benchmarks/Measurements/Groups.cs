namespace HealthApi.Benchmarks.Measurements;

/// <summary>The names that <c>--only</c> accepts.</summary>
internal static class Groups
{
    public const string Singles = "singles", Batches = "batches", Processing = "processing", Latency = "latency", Deliveries = "deliveries",
        Scoring = "scoring", Start = "start";

    public static IReadOnlyList<string> All { get; } = [Singles, Batches, Processing, Latency, Deliveries, Scoring, Start];
}
