namespace HealthApi.Benchmarks.Hosts;

/// <summary>How to start a host that is not started by <c>dotnet</c> alone.</summary>
internal sealed record Launch
{
    /// <summary>The program and its first arguments; the arguments of the host follow.</summary>
    public string[] Program { get; init; } = ["dotnet"];

    /// <summary>Environment variables added to those of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
