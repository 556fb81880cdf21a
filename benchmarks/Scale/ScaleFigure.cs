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
        Resident = "resident memory at scale, greatest",
        ResidentGrowth = "resident memory, last minute ÷ third minute",
        PerAccount = "bytes on disk per account with one event",
        PerEvent = "bytes on disk per event";
}
