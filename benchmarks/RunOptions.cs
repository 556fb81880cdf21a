namespace HealthApi.Benchmarks;

/// <summary>How much is measured, and for how long.</summary>
internal sealed record RunOptions
{
    /// <summary>The value of <c>--rabbit</c> that starts a private broker.</summary>
    public const string LocalRabbit = "local";

    public bool Quick { get; init; }

    /// <summary>Names of groups; empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>A broker's URI, <c>local</c> for a private one, or null for none.</summary>
    public string? Rabbit { get; init; }

    /// <summary>The number of interleaved rounds; the report shows medians over them.</summary>
    public int Rounds => Quick ? 1 : 3;

    /// <summary>How long a rate is measured in each round.</summary>
    public TimeSpan Window => TimeSpan.FromSeconds(Quick ? 1 : 3);

    /// <summary>How long a host is loaded before its first round, so that its code is compiled and optimised.</summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(Quick ? 1 : 15);

    /// <summary>The number of events sent to measure the time from the first POST until the last is processed.</summary>
    public int ProcessedEvents => Quick ? 20_000 : 200_000;

    /// <summary>The number of deliveries sent at once to measure their rate.</summary>
    public int Deliveries => Quick ? 1_000 : 20_000;

    public bool Includes(string group) => Only.Count == 0 || Only.Contains(group, StringComparer.OrdinalIgnoreCase);
}
