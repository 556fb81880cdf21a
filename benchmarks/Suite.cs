using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Measurements;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks;

/// <summary>
/// Warms everything up, then measures floors and product in turn, so that changes in the load of the machine affect both.
/// </summary>
internal static class Suite
{
    public static async Task<int> RunAsync(RunOptions options, TextWriter output, CancellationToken cancellation)
    {
        await using var bed = new TestBed(options);
        var sheet = new FigureSheet();
        var measurements = All(bed).Where(measurement => options.Includes(measurement.Group)).ToList();
        await output.WriteLineAsync(
            $"HealthApi benchmark: {Environment.ProcessorCount} cores, .NET {Environment.Version}, {options.Rounds} interleaved rounds");
        foreach (var measurement in measurements)
        {
            cancellation.ThrowIfCancellationRequested();
            await measurement.WarmUpAsync();
        }

        for (var round = 1; round <= options.Rounds; round++)
        {
            await output.WriteLineAsync($"round {round} …");
            foreach (var measurement in measurements)
            {
                cancellation.ThrowIfCancellationRequested();
                await measurement.MeasureAsync(sheet);
            }
        }

        Report.Write(sheet, output);
        return 0;
    }

    private static IEnumerable<IMeasurement> All(TestBed bed)
    {
        yield return new ParseFloor(bed, Groups.Singles, Figure.ParsedSingles, AcceptedSingles.Connections, 1);
        yield return new AcceptedSingles(bed, bed.ApiOnlyAsync, Figure.AcceptedSinglesApi, hasWorker: false);
        yield return new AcceptedSingles(bed, bed.EmbeddedAsync, Figure.AcceptedSinglesEmbedded, hasWorker: true);
        yield return new ParseFloor(
            bed, Groups.Batches, Figure.ParsedBatches, AcceptedBatches.Connections, AcceptedBatches.EventsPerRequest);
        yield return new AcceptedBatches(bed);
        yield return new StoreFloor(bed);
        yield return new Processed(bed, bed.EmbeddedAsync, Figure.ProcessedEmbedded);
        if (bed.Options.Rabbit is not null) yield return new Processed(bed, bed.RabbitAsync, Figure.ProcessedRabbit);
        yield return new Latency(bed, bed.QuietAsync, "");
        if (bed.Options.Rabbit is not null) yield return new Latency(bed, bed.RabbitAsync, Figure.OverRabbit);
        yield return new Deliveries(bed);
        yield return new Scoring(bed);
        yield return new StartToReady(bed);
    }
}
