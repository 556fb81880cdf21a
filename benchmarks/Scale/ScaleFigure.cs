namespace HealthApi.Benchmarks.Scale;

/// <summary>Names of the figures measured at scale, as the report shows them.</summary>
internal static class ScaleFigure
{
    public const string
        FloorFilled = "store at scale, both rows new",
        Filled = "processed at scale, first event of each account",
        FloorUniform = "store at scale, uniform",
        Uniform = "processed at scale, uniform",
        FloorZipf = "store at scale, Zipf",
        Zipf = "processed at scale, Zipf",
        UniformProcessor = "processor time of an event ÷ floor, uniform",
        ZipfProcessor = "processor time of an event ÷ floor, Zipf",
        Resident = "resident memory at scale, greatest",
        ResidentGrowth = "resident memory, last minute ÷ third minute",
        PerAccount = "bytes on disk per account with one event",
        PerEvent = "bytes on disk per event",
        FirstPage50 = "listing, first page, all queries, p50",
        FirstPage99 = "listing, first page, all queries, p99",
        LaterPage50 = "listing, later pages, all queries, p50",
        LaterPage99 = "listing, later pages, all queries, p99",
        WorstPage = "listing, slowest query, median",
        DueADay = "due times of an account of 100 users",
        HealthAt50 = "health?at=, 85,000 events, p50",
        HealthAt99 = "health?at=, 85,000 events, p99",
        Changes50 = "health/changes, 85,000 events, p50",
        Changes99 = "health/changes, 85,000 events, p99",
        Rebuilt = "rebuild",
        RebuildMemory = "resident memory of rebuild",
        Activated = "activation of a model",
        ActivationLag = "lag of live events during activation, p99",
        Subscribed50 = "POST to webhook, 10,000 subscriptions, p50",
        Subscribed99 = "POST to webhook, 10,000 subscriptions, p99",
        PlainOrder = "100,000 due webhooks, plain order",
        StrictOrder = "100,000 due webhooks, strict order",
        IdleWrite = "write of a profile, otherwise idle",
        PlainWrite = "write of a profile, plain order",
        StrictWrite = "write of a profile, strict order",
        SmallAccounts = "processed, 1,000 small accounts",
        GiantAccount = "processed, one giant account",
        GiantAmongSmall = "processed, one event of 100 of the giant account",
        Restated = "late event of the giant account restated",
        RestatingWrite = "write of a profile, restating",
        RestatingMemory = "more resident memory, restating";

    /// <summary>The rate of the clockwork with a number of worker processes.</summary>
    public static string Evaluated(int workers) => $"due accounts evaluated, {workers} worker{(workers == 1 ? "" : "s")}";
}
