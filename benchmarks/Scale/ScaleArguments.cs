using System.CommandLine;

namespace HealthApi.Benchmarks.Scale;

/// <summary>The options of the command line that belong to <c>--scale</c>.</summary>
internal static class ScaleArguments
{
    private const int DefaultAccounts = 1_000_000;

    private static readonly Option<int?> Scale = new("--scale")
    {
        Description = $"Measure on a database with this many accounts, {DefaultAccounts:N0} by default; the first run fills it.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Keep = new("--keep")
    {
        Description = "With --scale: the folder whose databases are filled once and used again; by default a temporary folder, not "
            + "deleted.",
    };

    private static readonly Option<string?> Executable = new("--product")
    {
        Description = "With --scale: the HealthApi.Api.dll of another build to measure.",
    };

    private static readonly Option<double> Minutes = new("--minutes")
    {
        Description = "With --scale and --only r8: how long the load lasts.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<double> Share = new("--share")
    {
        Description = "With --scale and --only r7c: the share of the full size that the giant account has.",
        DefaultValueFactory = _ => 1,
    };

    public static IReadOnlyList<Option> Options { get; } = [Scale, Keep, Executable, Minutes, Share];

    /// <summary>The options; null without <c>--scale</c>.</summary>
    public static ScaleOptions? ToOptions(ParseResult parsed, RunOptions run) => parsed.GetResult(Scale) is null ? null : new ScaleOptions
    {
        Accounts = parsed.GetValue(Scale) ?? DefaultAccounts,
        Folder = Path.GetFullPath(parsed.GetValue(Keep) ?? Path.Combine(Path.GetTempPath(), "healthapi-scale")),
        Executable = parsed.GetValue(Executable) is { } path ? Path.GetFullPath(path) : null,
        Minutes = parsed.GetValue(Minutes),
        Share = run.Quick ? Math.Min(parsed.GetValue(Share), 0.02) : parsed.GetValue(Share),
        Quick = run.Quick,
        Only = run.Only,
    };
}
