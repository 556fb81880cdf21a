using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Scale;

/// <summary>Fills the database, unless an earlier run has, and measures the service on it beside floors of the same size.</summary>
internal static class ScaleSuite
{
    public static async Task<int> RunAsync(ScaleOptions options, TextWriter output, CancellationToken cancellation)
    {
        if (options.Only.FirstOrDefault(name => !ScaleGroups.All.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new ArgumentException($"There is no group '{unknown}'; the groups are {string.Join(", ", ScaleGroups.All)}.");
        await using var bed = new ScaleBed(options, output);
        await output.WriteLineAsync(
            $"HealthApi benchmark: {options.Accounts:N0} accounts, {Environment.ProcessorCount} cores, .NET {Environment.Version}");
        var sheet = new FigureSheet();
        var measurements = All(bed).Where(measurement => options.Includes(measurement.Group)).ToList();
        await new Filling(bed).FillAsync();
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var measurement in measurements.Where(measurement => measurement.EachRound))
            {
                cancellation.ThrowIfCancellationRequested();
                await output.WriteLineAsync($"{DateTime.UtcNow:T} round {round}, {measurement.Group} …");
                await measurement.MeasureAsync(sheet);
            }
        }

        foreach (var measurement in measurements.Where(measurement => !measurement.EachRound))
        {
            cancellation.ThrowIfCancellationRequested();
            await output.WriteLineAsync($"{DateTime.UtcNow:T} {measurement.Group} …");
            await measurement.MeasureAsync(sheet);
        }

        Report.Write(sheet, output);
        return 0;
    }

    private static IEnumerable<IScaleMeasurement> All(ScaleBed bed)
    {
        yield return new RateAtScale(bed);
        yield return new DiskUse(bed);
        yield return new Filling(bed);
        yield return new LongLoad(bed);
        yield return new Listings(bed);
        yield return new TimeTravel(bed);
        yield return new Activation(bed);
        yield return new DueAccounts(bed);
        yield return new Rebuild(bed);
        yield return new ManySubscriptions(bed);
        yield return new StrictOrder(bed);
        yield return new GiantAccount(bed);
    }
}
