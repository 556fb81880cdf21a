namespace HealthApi.Benchmarks.Faults;

/// <summary>Options of the callers that send events.</summary>
internal sealed record SenderOptions
{
    public int Count { get; init; } = 8;

    /// <summary>The pause between an answer and the next request.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Whether a request is sent again until it is acknowledged.</summary>
    public bool Resend { get; init; }

    /// <summary>One event in this many makes the churn risk of its account cross its bounds.</summary>
    public int CrossEvery { get; init; } = 50;
}
