using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace HealthApi.Benchmarks.Micro;

/// <summary>Runs the micro-benchmarks in this process, so that they measure the present build.</summary>
internal static class MicroSuite
{
    public static Task<int> RunAsync()
    {
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "healthapi-micro"))
            .WithOptions(ConfigOptions.JoinSummary);
        BenchmarkRunner.Run(
            [typeof(EventBenchmarks), typeof(FigureBenchmarks), typeof(ScoringBenchmarks), typeof(StrictOrderBenchmarks)], config);
        return Task.FromResult(0);
    }
}
