namespace HealthApi.Benchmarks.Hosts;

/// <summary>How a host is started, where not just by <c>dotnet</c>.</summary>
internal sealed record Launch
{
    /// <summary>The program with its first arguments; the host's follow.</summary>
    public string[] Program { get; init; } = ["dotnet"];

    /// <summary>Variables of its environment besides ours.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
