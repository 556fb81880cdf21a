using System.Diagnostics;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Scale;

/// <summary>Full load for some minutes, half of it uniform and half Zipf; prints the resident memory of each minute (R8).</summary>
internal sealed class LongLoad(ScaleBed bed) : IScaleMeasurement
{
    private const int Portion = 20_000, Settled = 3;

    public string Group => ScaleGroups.Memory;

    public bool EachRound => false;

    public async Task MeasureAsync(FigureSheet sheet)
    {
        var (product, clock, minutes) = (await bed.ProductAsync(), Stopwatch.StartNew(), new List<double>());
        var (load, events) = (new ScaleLoad(product), 0L);
        while (minutes.Count < Math.Max(bed.Options.Minutes, 1))
        {
            await using var memory = new ResidentMemory(product.Process);
            while (clock.Elapsed < TimeSpan.FromMinutes(minutes.Count + 1))
            {
                await load.RunAsync(bed.Draw.Uniform(Portion));
                await load.RunAsync(bed.Draw.Zipf(Portion));
                events += 2 * Portion;
            }

            minutes.Add(memory.GreatestMegabytes);
            await bed.Output.WriteLineAsync(
                $"minute {minutes.Count}: {minutes[^1]:N0} MB, {events / clock.Elapsed.TotalSeconds:N0} events/s");
        }

        sheet.Add(ScaleFigure.Resident, "MB", minutes.Max());
        if (minutes.Count > Settled) sheet.Add(ScaleFigure.ResidentGrowth, "×", minutes[^1] / minutes[Settled - 1]);
    }
}
