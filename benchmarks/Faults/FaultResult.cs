namespace HealthApi.Benchmarks.Faults;

/// <summary>The result of a row of the fault matrix.</summary>
internal sealed record FaultResult
{
    /// <summary>The number of events that were answered 2xx.</summary>
    public long Acknowledged { get; init; }

    public long AppliedOnce { get; init; }

    /// <summary>Events acknowledged and not applied, or applied and not counted, and crossings that the receiver did not get.</summary>
    public long Missing { get; init; }

    /// <summary>Events counted twice, and crossings received under several message ids.</summary>
    public long Twice { get; init; }

    /// <summary>The 99th percentile of the acknowledgements during the fault, in milliseconds.</summary>
    public double? P99 { get; init; }

    /// <summary>The time from the end of the fault until everything acknowledged was applied.</summary>
    public double? DrainSeconds { get; init; }

    /// <summary>The service's own balance: accepted events without a result (positive) or with several results (negative).</summary>
    public long Balance { get; init; }

    /// <summary>Further figures of the row, as text.</summary>
    public string Extra { get; init; } = "";

    /// <summary>Other expectations that failed.</summary>
    public IReadOnlyList<string> Broken { get; init; } = [];

    /// <summary>Why the row could not run here; null where it ran.</summary>
    public string? NotRun { get; init; }

    public bool Failed => Missing != 0 || Twice != 0 || Balance != 0 || Broken.Count > 0;

    public static FaultResult Skipped(string why) => new() { NotRun = why };

    /// <summary>Adds an expectation; <paramref name="otherwise"/> describes its failure.</summary>
    public FaultResult Expect(bool met, string otherwise) => met ? this : this with { Broken = [.. Broken, otherwise] };
}
