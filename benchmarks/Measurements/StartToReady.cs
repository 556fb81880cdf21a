using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Load;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Measurements;

/// <summary>The time from the start of a process until it is ready, on a database with accounts and events.</summary>
internal sealed class StartToReady(TestBed bed) : IMeasurement
{
    private readonly string _folder = bed.NewFolder();

    public string Group => Groups.Start;

    public async Task WarmUpAsync()
    {
        await using var product = await Product.StartAsync(_folder);
        await product.DescribeAccountsAsync();
        var load = await product.Load(new EventCorpus(seed: 5)).RunCountAsync(bed.Options.ProcessedEvents / 4, 4, 500);
        await product.WaitProcessedAsync(load.AllAccepted().Accepted);
    }

    public async Task MeasureAsync(FigureSheet sheet)
    {
        await using var product = await Product.StartAsync(_folder);
        sheet.Add(Figure.StartToReady, "s", product.Process.StartedWithin.TotalSeconds);
    }
}
