namespace HealthApi.Benchmarks.Reporting;

/// <summary>Names of the measured figures, as the report shows them.</summary>
internal static class Figure
{
    public const string
        ParsedSingles = "parse only, singles",
        ParsedBatches = "parse only, batches of 500",
        StoredRows = "store, one row and one upsert",
        PlainPosts = "bare signed HttpClient loop",
        InProcessScores = "score in process, JSON parsed",
        ScorerAlone = "scorer alone, explained, one core",
        AcceptedSinglesApi = "accepted singles, worker elsewhere",
        AcceptedSinglesEmbedded = "accepted singles, embedded",
        AcceptedBatchesApi = "accepted in batches, worker elsewhere",
        ProcessedEmbedded = "processed end to end, embedded",
        ProcessedRabbit = "processed end to end, RabbitMQ",
        Crossings = "crossings per 1,000 events",
        Enabled = "held webhooks queued by enabling",
        Delivered = "webhooks delivered",
        LatencyRate = "latency: events sent",
        Latency50 = "latency POST to webhook, p50",
        Latency95 = "latency POST to webhook, p95",
        Latency99 = "latency POST to webhook, p99",
        Queued99 = "outbox commit to first byte, p99",
        OverRabbit = ", RabbitMQ",
        HttpScores = "POST /v1/score, 10,000 accounts",
        StartToReady = "start to ready, existing database",
        Resident = "resident memory under batches";
}
