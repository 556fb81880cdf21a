namespace HealthApi.Benchmarks.Scale;

/// <summary>What is measured on a database with many accounts, and where that database is.</summary>
internal sealed record ScaleOptions
{
    public required int Accounts { get; init; }

    /// <summary>The folder of the databases; it is filled by the first run and used again by later ones.</summary>
    public required string Folder { get; init; }

    /// <summary>The executable to measure (HealthApi.Api.dll); null for the one of this build.</summary>
    public string? Executable { get; init; }

    public bool Quick { get; init; }

    /// <summary>Names of groups; empty for <see cref="ScaleGroups.Usual"/>.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>How many minutes the load of R8 lasts.</summary>
    public double Minutes { get; init; }

    /// <summary>The share of the full size that the giant account of R7c has, from 0 to 1.</summary>
    public double Share { get; init; } = 1;

    public int Rounds => Quick ? 1 : 3;

    public bool Includes(string group) => (Only.Count == 0 ? ScaleGroups.Usual : Only).Contains(group, StringComparer.OrdinalIgnoreCase);
}
