namespace HealthApi.Benchmarks.Faults;

/// <summary>How events are sent.</summary>
internal sealed record SenderOptions
{
    public int Count { get; init; } = 8;

    /// <summary>Between an answer and the next request.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Sends a request again until it is acknowledged.</summary>
    public bool Insist { get; init; }

    /// <summary>One event of so many makes its account's churn risk cross its bounds.</summary>
    public int CrossEvery { get; init; } = 50;
}
