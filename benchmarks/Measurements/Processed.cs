using System.Diagnostics;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Load;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Measurements;

/// <summary>
/// How many events per second are processed completely (log, figures, score, crossings, history): from the first POST until the last event
/// is processed.
/// </summary>
internal sealed class Processed(TestBed bed, Func<Task<Product>> host, string figure) : IMeasurement
{
    private const int Connections = 4, EventsPerRequest = 500;

    public string Group => Groups.Processing;

    public async Task WarmUpAsync() => await RunAsync(bed.Options.ProcessedEvents * 2);

    public async Task MeasureAsync(FigureSheet sheet)
    {
        var product = await host();
        var before = product.Process.ProcessorTime;
        var load = await RunAsync(bed.Options.ProcessedEvents);
        sheet.AddRate(figure, load.PerSecond, product.Process.ProcessorTime - before, load.Accepted);
    }

    private async Task<LoadResult> RunAsync(int events)
    {
        var product = await host();
        var before = await product.ProcessedAsync();
        var clock = Stopwatch.StartNew();
        var load = (await product.Load(new EventCorpus(seed: 4)).RunCountAsync(events, Connections, EventsPerRequest)).AllAccepted();
        await product.WaitProcessedAsync(before + load.Accepted);
        return load with { Elapsed = clock.Elapsed };
    }
}
