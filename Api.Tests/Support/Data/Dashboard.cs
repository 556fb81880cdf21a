using System.Text.Json;
using System.Text.RegularExpressions;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>A query of the Grafana dashboard, with the labels that the query and its legend use.</summary>
internal sealed record DashboardTarget(string Query, IReadOnlyList<string> Labels);

/// <summary>The queries in <c>deploy/grafana/healthapi.json</c>.</summary>
internal static partial class Dashboard
{
    public static IReadOnlyList<DashboardTarget> Targets { get; } =
    [
        .. JsonElement.Parse(File.ReadAllText(Path.Combine(SourceTree.Root, "deploy", "grafana", "healthapi.json"))).GetProperty("panels")
            .EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(Read),
    ];

    private static DashboardTarget Read(JsonElement target)
    {
        var query = target.GetProperty("expr").GetString()!;
        var grouped = Grouping().Matches(query).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries));
        var shown = Legend().Matches(target.GetProperty("legendFormat").GetString()!).Select(match => match.Groups[1].Value);
        return new DashboardTarget(query, [.. grouped.Concat(shown).Distinct()]);
    }

    [GeneratedRegex(@"\bby \(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\{\{\s*(\w+)\s*\}\}")]
    private static partial Regex Legend();
}
