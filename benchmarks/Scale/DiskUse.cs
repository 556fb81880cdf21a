using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Scale;

/// <summary>The growth of the database by an account with its first event, and by each later event (R13).</summary>
internal sealed class DiskUse(ScaleBed bed) : IScaleMeasurement
{
    public string Group => ScaleGroups.Disk;

    public bool EachRound => true;

    private int Events => bed.Options.Quick ? 10_000 : 50_000;

    public async Task MeasureAsync(FigureSheet sheet)
    {
        var load = new ScaleLoad(await bed.ProductAsync());
        var before = DatabaseFile.Used(bed.File);
        await load.RunAsync(bed.Draw.Uniform(Events));
        sheet.Add(ScaleFigure.PerAccount, "bytes", (double)(bed.State.FilledBytes - bed.State.EmptyBytes) / bed.State.Accounts);
        sheet.Add(ScaleFigure.PerEvent, "bytes", (double)(DatabaseFile.Used(bed.File) - before) / Events);
    }
}
