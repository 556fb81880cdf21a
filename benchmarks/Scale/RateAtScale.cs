using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Scale;

/// <summary>Events processed per second on a full database, uniform and Zipf, beside the floor on as many accounts (R7a, R8).</summary>
internal sealed class RateAtScale(ScaleBed bed) : IScaleMeasurement
{
    private const int Seconds = 12, Least = 20_000, Most = 400_000, WholeRequests = 500;

    private int _events, _floorEvents;
    private double _resident;

    public string Group => ScaleGroups.Rate;

    public bool EachRound => true;

    public async Task MeasureAsync(FigureSheet sheet)
    {
        if (_events == 0) await WarmUpAsync();
        var floor = await FloorAsync(sheet, ScaleFigure.FloorUniform, bed.Draw.Uniform(_floorEvents));
        var product = await ProductAsync(sheet, ScaleFigure.Uniform, bed.Draw.Uniform(_events));
        sheet.Add(ScaleFigure.UniformProcessor, "×", product / floor);
        floor = await FloorAsync(sheet, ScaleFigure.FloorZipf, bed.Draw.Zipf(_floorEvents));
        product = await ProductAsync(sheet, ScaleFigure.Zipf, bed.Draw.Zipf(_events));
        sheet.Add(ScaleFigure.ZipfProcessor, "×", product / floor);
        sheet.Add(ScaleFigure.Resident, "MB", _resident);
    }

    /// <summary>Compiles the code, and finds how many events take long enough to be measured.</summary>
    private async Task WarmUpAsync()
    {
        var product = new ScaleLoad(await bed.ProductAsync());
        await product.RunAsync(bed.Draw.Uniform(Least));
        _events = bed.Options.Quick ? Least : Enough(Least / (await product.RunAsync(bed.Draw.Uniform(Least))).TotalSeconds);
        var floor = await Task.Run(() => bed.Floor.Run(bed.Draw.Uniform(Least)));
        _floorEvents = bed.Options.Quick ? Least : Enough(Least / floor.TotalSeconds);
    }

    private static int Enough(double perSecond) =>
        (int)Math.Clamp(perSecond * Seconds, Least, Most) / WholeRequests * WholeRequests;

    /// <returns>The processor time of one event.</returns>
    private async Task<TimeSpan> FloorAsync(FigureSheet sheet, string figure, int[] accounts)
    {
        var before = Environment.CpuUsage.TotalTime;
        var took = await Task.Run(() => bed.Floor.Run(accounts));
        return Add(sheet, figure, accounts.Length, took, Environment.CpuUsage.TotalTime - before);
    }

    /// <returns>The processor time of one event.</returns>
    private async Task<TimeSpan> ProductAsync(FigureSheet sheet, string figure, int[] accounts)
    {
        var product = await bed.ProductAsync();
        var before = product.Process.ProcessorTime;
        await using var memory = new ResidentMemory(product.Process);
        var took = await new ScaleLoad(product).RunAsync(accounts);
        _resident = Math.Max(_resident, memory.GreatestMegabytes);
        return Add(sheet, figure, accounts.Length, took, product.Process.ProcessorTime - before);
    }

    private static TimeSpan Add(FigureSheet sheet, string figure, int events, TimeSpan took, TimeSpan processor)
    {
        sheet.AddRate(figure, events / took.TotalSeconds, processor, events);
        return processor / events;
    }
}
