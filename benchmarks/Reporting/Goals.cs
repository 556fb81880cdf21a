using HealthApi.Benchmarks.Scale;

namespace HealthApi.Benchmarks.Reporting;

/// <summary>The ratios and bounds to reach.</summary>
internal static class Goals
{
    public static IReadOnlyList<Goal> All { get; } =
    [
        Goal.Ratio("R1", "singles accepted ÷ parsed, worker elsewhere", Figure.AcceptedSinglesApi, Figure.ParsedSingles, 0.45),
        Goal.Ratio(
            "R1", "singles accepted ÷ parsed, embedded, worker keeps up", Figure.AcceptedSinglesEmbedded, Figure.ParsedSingles, 0.30),
        Goal.Ratio("R2", "batches of 500 accepted ÷ parsed, worker elsewhere", Figure.AcceptedBatchesApi, Figure.ParsedBatches, 0.40),
        Goal.Ratio("R3", "processed end to end ÷ stored, embedded", Figure.ProcessedEmbedded, Figure.StoredRows, 0.80),
        Goal.Ratio("R3", "processed end to end ÷ stored, RabbitMQ", Figure.ProcessedRabbit, Figure.StoredRows, 0.70),
        Goal.Most("R4", "POST to webhook received, p50", Figure.Latency50, "ms", 10),
        Goal.Most("R4", "POST to webhook received, p99", Figure.Latency99, "ms", 50),
        Goal.Most("R4", "POST to webhook received over RabbitMQ, p50", Figure.Latency50 + Figure.OverRabbit, "ms", 10),
        Goal.Most("R4", "POST to webhook received over RabbitMQ, p99", Figure.Latency99 + Figure.OverRabbit, "ms", 50),
        Goal.Most("", "outbox commit to first byte, p99", Figure.Queued99, "ms", 50),
        Goal.Most("", "outbox commit to first byte over RabbitMQ, p99", Figure.Queued99 + Figure.OverRabbit, "ms", 50),
        Goal.Ratio("R5", "webhooks delivered ÷ bare signed loop", Figure.Delivered, Figure.PlainPosts, 0.50),
        Goal.Ratio("R6", "POST /v1/score ÷ in process with JSON parsing", Figure.HttpScores, Figure.InProcessScores, 0.60),
        Goal.Least("R6", "scorer alone, explained, one core", Figure.ScorerAlone, "/s", 2_000_000),
        Goal.Most("R8", "resident memory while accepting batches", Figure.Resident, "MB", 350),
        Goal.Most("R9", "start to ready, existing database", Figure.StartToReady, "s", 1.5),
        Goal.Ratio("R7a", "processed ÷ stored at scale, uniform", ScaleFigure.Uniform, ScaleFigure.FloorUniform, 0.70),
        Goal.Ratio("R7a", "processed ÷ stored at scale, Zipf", ScaleFigure.Zipf, ScaleFigure.FloorZipf, 0.80),
        Goal.Ratio("R7b", "first events of accounts ÷ both rows new", ScaleFigure.Filled, ScaleFigure.FloorFilled, 0.50),
        Goal.Most("R8", "resident memory at scale", ScaleFigure.Resident, "MB", 400),
        Goal.Most("R8", "resident memory, last ÷ third minute", ScaleFigure.ResidentGrowth, "×", 1.05),
        Goal.Most("R13", "bytes on disk per account", ScaleFigure.PerAccount, "bytes", 500),
        Goal.Most("R13", "bytes on disk per event", ScaleFigure.PerEvent, "bytes", 140),
        Goal.Most("R14", "listing, first page, p99", ScaleFigure.FirstPage99, "ms", 30),
        Goal.Most("R14", "listing, later pages, p99", ScaleFigure.LaterPage99, "ms", 30),
        Goal.Most("R14", "listing, slowest query", ScaleFigure.WorstPage, "ms", 30),
        Goal.Least("R18", "due accounts evaluated, one worker", ScaleFigure.Evaluated(1), "/s", 20_000),
        Goal.Ratio("R18", "two workers ÷ one", ScaleFigure.Evaluated(2), ScaleFigure.Evaluated(1), 1.0),
        Goal.Ratio("R18", "three workers ÷ two", ScaleFigure.Evaluated(3), ScaleFigure.Evaluated(2), 1.0),
        Goal.Most("R18", "due times a day, account of 100 users", ScaleFigure.DueADay, "a day", 8),
        Goal.Ratio("R10", "rebuilt ÷ processed at scale, uniform", ScaleFigure.Rebuilt, ScaleFigure.Uniform, 1.0),
        Goal.Most("R15", "health?at=, 85,000 events, p99", ScaleFigure.HealthAt99, "ms", 50),
        Goal.Most("R15", "health/changes, 85,000 events, p99", ScaleFigure.Changes99, "ms", 50),
        Goal.Least("R16", "activation of a model", ScaleFigure.Activated, "/s", 20_000),
        Goal.Most("R16", "lag of live events meanwhile, p99", ScaleFigure.ActivationLag, "s", 2),
        Goal.Most("R17", "POST to webhook, 10,000 subscriptions, p50", ScaleFigure.Subscribed50, "ms", 15),
        Goal.Ratio("R17", "100,000 due, strict ÷ plain order", ScaleFigure.StrictOrder, ScaleFigure.PlainOrder, 0.50),
        Goal.Most("R17", "longest wait of a writer, strict order", ScaleFigure.StrictWrite + ", longest", "ms", 20),
        Goal.Ratio("R7c", "giant account ÷ small accounts", ScaleFigure.GiantAccount, ScaleFigure.SmallAccounts, 0.70),
        Goal.Ratio("R7c", "giant account among small ones ÷ small", ScaleFigure.GiantAmongSmall, ScaleFigure.SmallAccounts, 0.70),
        Goal.Most("R7c", "longest wait of a writer, late event", ScaleFigure.RestatingWrite + ", longest", "ms", 20),
        Goal.Most("R7c", "more memory, late event", ScaleFigure.RestatingMemory, "MB", 100),
    ];
}
