using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Scale;

/// <summary>The command <c>rebuild</c> over the whole event log, without a service beside it (R10).</summary>
internal sealed partial class Rebuild(ScaleBed bed) : IScaleMeasurement
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    public string Group => ScaleGroups.Rebuild;

    public bool EachRound => false;

    public async Task MeasureAsync(FigureSheet sheet)
    {
        await bed.StopAsync();
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [bed.Options.Executable ?? Product.Executable, "rebuild", "--Storage:ConnectionString", $"Data Source={bed.File}"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = bed.Options.Folder,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var (greatest, processor) = await WatchAsync(process, output);
        var line = Outcome().Match(await output);
        if (!line.Success) throw new InvalidOperationException($"rebuild ended with {process.ExitCode}: {await output}");
        await bed.Output.WriteLineAsync($"  {line.Value}");
        sheet.AddRate(ScaleFigure.Rebuilt, Number(line, "rate"), processor, (long)Number(line, "events"));
        sheet.Add(ScaleFigure.RebuildMemory, "MB", greatest / 1e6);
    }

    /// <summary>The greatest resident memory in bytes, and the processor time, of a process until its output ends.</summary>
    private static async Task<(long Greatest, TimeSpan Processor)> WatchAsync(Process process, Task output)
    {
        var (greatest, processor) = (0L, TimeSpan.Zero);
        try
        {
            while (!output.IsCompleted)
            {
                (greatest, processor) = (Math.Max(greatest, process.WorkingSet64), process.TotalProcessorTime);
                await Task.WhenAny(output, Task.Delay(Between));
                process.Refresh();
            }
        }
        catch (InvalidOperationException)
        {
            // It has ended since its output was looked at.
        }

        await process.WaitForExitAsync();
        return (greatest, processor);
    }

    private static double Number(Match line, string name) => double.Parse(line.Groups[name].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[\d,]+ accounts from (?<events>[\d,]+) events in [\d.]+ s, (?<rate>[\d,]+) events/s")]
    private static partial Regex Outcome();
}
