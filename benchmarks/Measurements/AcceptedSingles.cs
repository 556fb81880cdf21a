using System.Diagnostics;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Load;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Measurements;

/// <summary>
/// How many events per second the service accepts, one for each request. Where the process has a worker, the time until the worker has
/// caught up counts too, so that the rate is one that the service can sustain.
/// </summary>
internal sealed class AcceptedSingles(TestBed bed, Func<Task<Product>> host, string figure, bool hasWorker) : IMeasurement
{
    public const int Connections = 64;

    public string Group => Groups.Singles;

    public async Task WarmUpAsync() => await RunAsync(bed.Options.WarmUp);

    public async Task MeasureAsync(FigureSheet sheet)
    {
        var product = await host();
        var before = product.Process.ProcessorTime;
        var load = await RunAsync(bed.Options.Window);
        sheet.AddRate(figure, load.PerSecond, product.Process.ProcessorTime - before, load.Accepted);
    }

    private async Task<LoadResult> RunAsync(TimeSpan window)
    {
        var product = await host();
        var before = hasWorker ? await product.ProcessedAsync() : 0;
        var clock = Stopwatch.StartNew();
        var load = (await product.Load(new EventCorpus(seed: 2)).RunForAsync(window, Connections, 1)).AllAccepted();
        if (hasWorker) await product.WaitProcessedAsync(before + load.Accepted);
        return load with { Elapsed = clock.Elapsed };
    }
}
