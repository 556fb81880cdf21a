using System.Diagnostics;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Load;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Measurements;

/// <summary>How many events a second go all the way (log, figures, score, crossings, history): from the first POST until the last is processed.</summary>
internal sealed class Processed(TestBed bed, Func<Task<Product>> host, string figure) : IMeasurement
{
    private const int Connections = 4, EventsPerRequest = 500;

    public string Group => Groups.Processing;

    public async Task WarmUpAsync() => await RunAsync(bed.Options.ProcessedEvents);

    public async Task MeasureAsync(FigureSheet sheet) => sheet.Add(figure, "events/s", await RunAsync(bed.Options.ProcessedEvents));

    private async Task<double> RunAsync(int events)
    {
        var product = await host();
        var before = await product.ProcessedAsync();
        var clock = Stopwatch.StartNew();
        var load = (await product.Load(new EventCorpus(seed: 4)).RunCountAsync(events, Connections, EventsPerRequest)).AllAccepted();
        await product.WaitProcessedAsync(before + load.Accepted);
        return load.Accepted / clock.Elapsed.TotalSeconds;
    }
}
