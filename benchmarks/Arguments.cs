using System.CommandLine;
using HealthApi.Benchmarks.Alerts;
using HealthApi.Benchmarks.Faults;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Measurements;
using HealthApi.Benchmarks.Micro;
using HealthApi.Benchmarks.Scale;

namespace HealthApi.Benchmarks;

/// <summary>The command line of the benchmark.</summary>
internal static class Arguments
{
    /// <summary>The variable with the broker's URI, used when <c>--rabbit</c> is not given.</summary>
    private const string RabbitVariable = "HEALTHAPI_BENCH_RABBITMQ";

    private static readonly Option<bool> Quick = new("--quick")
    {
        Description = "One short round: shows that everything runs; its figures mean little.",
    };

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "Measure only these groups: " + string.Join(", ", Groups.All) + "; with --scale: " + string.Join(", ", ScaleGroups.All)
            + ".",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Rabbit = new("--rabbit")
    {
        Description =
            $"Measure over RabbitMQ too: a URI (amqp://…), or '{RunOptions.LocalRabbit}' to start a private broker. The default is the "
                + $"variable {RabbitVariable}.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(RabbitVariable),
    };

    private static readonly Option<bool> MicroOnly = new("--micro") { Description = "Run the micro-benchmarks (BenchmarkDotNet) instead." };

    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Measures HealthApi beside the limits of the machine it runs on, and prints the ratios.")
        {
            Quick, Only, Rabbit, MicroOnly,
        };
        foreach (var option in ScaleArguments.Options) root.Options.Add(option);
        root.SetAction(
            (parsed, cancellation) => parsed.GetValue(MicroOnly) ? MicroSuite.RunAsync()
            : ScaleArguments.ToOptions(parsed, ToOptions(parsed)) is { } scale ? ScaleSuite.RunAsync(scale, Console.Out, cancellation)
            : Suite.RunAsync(ToOptions(parsed), Console.Out, cancellation));
        root.Subcommands.Add(Floor());
        root.Subcommands.Add(FaultsOf());
        root.Subcommands.Add(AlertsOf());
        return root;
    }

    private static Command Floor()
    {
        var urls = new Option<string>("--urls") { Required = true };
        var floor =
            new Command(FloorHost.Command, "Serves the floors; the benchmark starts it.") { Hidden = true, Options = { urls } };
        floor.SetAction((parsed, cancellation) => FloorHost.RunAsync(parsed.GetRequiredValue(urls), cancellation));
        return floor;
    }

    private static Command AlertsOf()
    {
        var seed = new Option<int>("--seed") { Description = "The first seed of the generators.", DefaultValueFactory = _ => 1 };
        var alerts = new Command(
            "alerts", "Plays seeded lives of accounts through the product, and prints what its signals say of them.")
        {
            Options = { seed, Quick },
        };
        alerts.SetAction((parsed, _) =>
        {
            AlertSuite.Run(parsed.GetValue(seed), parsed.GetValue(Quick), Console.Out);
            return Task.CompletedTask;
        });
        return alerts;
    }

    private static Command FaultsOf()
    {
        var rows =
            new Option<string[]>("--only")
            {
                Description = "Run only these rows, for example 1,5,flood.",
                AllowMultipleArgumentsPerToken = true,
            };
        var named = new Argument<string[]>("row")
        {
            Description = "Rows to run; all rows if none is given.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var faults = new Command(
            "faults",
            "Injects faults into the real service and prints a ledger: acknowledged, applied once, missing, twice.")
        {
            Arguments =
            { named },
            Options = { rows, Quick }
        };
        faults.SetAction((parsed, cancellation) =>
        {
            string[] only = [
                .. (parsed.GetValue(named) ?? []).Concat(parsed.GetValue(rows) ?? [])
                .SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries))];
            return FaultSuite.RunAsync(only, parsed.GetValue(Quick), Console.Out, cancellation);
        });
        return faults;
    }

    private static RunOptions ToOptions(ParseResult parsed) => new()
    {
        Quick = parsed.GetValue(Quick),
        Only = [.. (parsed.GetValue(Only) ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries))],
        Rabbit = parsed.GetValue(Rabbit),
    };
}
