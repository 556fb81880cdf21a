using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Load;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Measurements;

/// <summary>How many events per second an endpoint takes that only parses them.</summary>
internal sealed class ParseFloor(TestBed bed, string group, string figure, int connections, int eventsPerRequest) : IMeasurement
{
    public string Group => group;

    public async Task WarmUpAsync() => await RunAsync(bed.Options.WarmUp);

    public async Task MeasureAsync(FigureSheet sheet)
    {
        var floor = await bed.FloorAsync();
        var before = floor.ProcessorTime;
        var load = await RunAsync(bed.Options.Window);
        sheet.AddRate(figure, load.PerSecond, floor.ProcessorTime - before, load.Accepted);
    }

    private async Task<LoadResult> RunAsync(TimeSpan window)
    {
        var floor = await bed.FloorAsync();
        var load = new ClosedLoop(new Uri(floor.Address, FloorHost.Events), null, new EventCorpus(seed: 1));
        return (await load.RunForAsync(window, connections, eventsPerRequest)).AllAccepted();
    }
}
