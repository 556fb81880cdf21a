using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Load;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Measurements;

/// <summary>
/// How many events per second the service accepts in batches, without a worker in its process, and its memory while it does.
/// </summary>
internal sealed class AcceptedBatches(TestBed bed) : IMeasurement
{
    public const int Connections = 16, EventsPerRequest = 500;

    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(100);

    public string Group => Groups.Batches;

    public async Task WarmUpAsync() => await RunAsync(await bed.ApiOnlyAsync(), bed.Options.WarmUp);

    public async Task MeasureAsync(FigureSheet sheet)
    {
        var product = await bed.ApiOnlyAsync();
        using var over = new CancellationTokenSource();
        var before = product.Process.ProcessorTime;
        var most = MostResidentAsync(product, over.Token);
        var load = await RunAsync(product, bed.Options.Window);
        await over.CancelAsync();
        sheet.AddRate(Figure.AcceptedBatchesApi, load.PerSecond, product.Process.ProcessorTime - before, load.Accepted);
        sheet.Add(Figure.Resident, "MB", await most / (1024.0 * 1024));
    }

    private static async Task<LoadResult> RunAsync(Product product, TimeSpan window) =>
        (await product.Load(new EventCorpus(seed: 3)).RunForAsync(window, Connections, EventsPerRequest)).AllAccepted();

    private static async Task<long> MostResidentAsync(Product product, CancellationToken over)
    {
        var most = 0L;
        while (!over.IsCancellationRequested)
        {
            most = Math.Max(most, product.Process.ResidentBytes);
            await Task.Delay(SampleEvery, CancellationToken.None);
        }

        return most;
    }
}
