using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Scale;

/// <summary>
/// Posts the first event of each account, in an order that is not that of the ids, while the floor inserts as many new rows in turn (R7b).
/// </summary>
internal sealed class Filling(ScaleBed bed) : IScaleMeasurement
{
    private const int Parts = 20, LeastPart = 10_000, WholeRequests = 500;

    public string Group => ScaleGroups.Fill;

    public bool EachRound => false;

    /// <summary>Fills what is not filled yet.</summary>
    public async Task FillAsync()
    {
        if (bed.State.IsFilled) return;
        var product = await bed.ProductAsync();
        if (bed.State.EmptyBytes == 0) bed.Keep(bed.State with { EmptyBytes = DatabaseFile.Used(bed.File) });
        var part = Math.Max(bed.Options.Accounts / Parts, LeastPart) / WholeRequests * WholeRequests;
        while (!bed.State.IsFilled)
        {
            var accounts = bed.Draw.InOrder(bed.State.Filled, Math.Min(part, bed.Options.Accounts - bed.State.Filled));
            var (floor, floorProcessor) = await FloorAsync(accounts);
            var before = product.Process.ProcessorTime;
            var took = await new ScaleLoad(product).RunAsync(accounts);
            bed.Keep(bed.State with
            {
                Filled = bed.State.Filled + accounts.Length,
                Seconds = bed.State.Seconds + took.TotalSeconds,
                ProcessorSeconds = bed.State.ProcessorSeconds + (product.Process.ProcessorTime - before).TotalSeconds,
                FloorSeconds = bed.State.FloorSeconds + floor.TotalSeconds,
                FloorProcessorSeconds = bed.State.FloorProcessorSeconds + floorProcessor.TotalSeconds,
                FilledBytes = DatabaseFile.Used(bed.File),
            });
            await bed.Output.WriteLineAsync(
                $"filled {bed.State.Filled:N0} accounts: {accounts.Length / took.TotalSeconds:N0} events/s, floor "
                    + $"{accounts.Length / floor.TotalSeconds:N0}, {product.Process.ResidentBytes >> 20} MB resident");
        }
    }

    public Task MeasureAsync(FigureSheet sheet)
    {
        var state = bed.State;
        sheet.AddRate(
            ScaleFigure.FloorFilled, state.Filled / state.FloorSeconds, TimeSpan.FromSeconds(state.FloorProcessorSeconds), state.Filled);
        sheet.AddRate(ScaleFigure.Filled, state.Filled / state.Seconds, TimeSpan.FromSeconds(state.ProcessorSeconds), state.Filled);
        return Task.CompletedTask;
    }

    private async Task<(TimeSpan Took, TimeSpan Processor)> FloorAsync(int[] accounts)
    {
        var before = Environment.CpuUsage.TotalTime;
        var took = await Task.Run(() => bed.Floor.Run(accounts));
        return (took, Environment.CpuUsage.TotalTime - before);
    }
}
