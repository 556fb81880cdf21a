namespace HealthApi.Benchmarks.Faults;

/// <summary>What a row of the fault matrix showed.</summary>
internal sealed record FaultResult
{
    /// <summary>Events that were answered 2xx.</summary>
    public long Acknowledged { get; init; }

    public long AppliedOnce { get; init; }

    /// <summary>Acknowledged and not applied, or applied and not counted, or a crossing that its receiver was not told.</summary>
    public long Missing { get; init; }

    /// <summary>Counted twice, or told twice under different ids.</summary>
    public long Twice { get; init; }

    /// <summary>Of the acknowledgements while the fault was there, in milliseconds.</summary>
    public double? P99 { get; init; }

    /// <summary>From the end of the fault until everything acknowledged was applied.</summary>
    public double? DrainSeconds { get; init; }

    /// <summary>Accepted events that became nothing (positive) or several things (negative), by the service's own counters.</summary>
    public long Balance { get; init; }

    /// <summary>The figure that the matrix asks for besides.</summary>
    public string Extra { get; init; } = "";

    /// <summary>Other expectations that were not met.</summary>
    public IReadOnlyList<string> Broken { get; init; } = [];

    /// <summary>Why it could not be run here; null where it was.</summary>
    public string? NotRun { get; init; }

    public bool Failed => Missing != 0 || Twice != 0 || Balance != 0 || Broken.Count > 0;

    public static FaultResult Skipped(string why) => new() { NotRun = why };

    /// <summary>Adds an expectation of this row.</summary>
    public FaultResult Expect(bool met, string otherwise) => met ? this : this with { Broken = [.. Broken, otherwise] };
}
