using System.Globalization;

namespace HealthApi.Benchmarks.Reporting;

/// <summary>Prints the figures, then the ratios with their goals.</summary>
internal static class Report
{
    private const int NameWidth = 56, NumberWidth = 12;

    public static void Write(FigureSheet sheet, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"{"measured",-NameWidth}{"median",NumberWidth}{"lowest",NumberWidth}{"highest",NumberWidth}  processor");
        foreach (var row in sheet.Rows) output.WriteLine(Line(row));
        output.WriteLine();
        output.WriteLine($"{"ratio",-NameWidth}{"reached",NumberWidth}{"goal",NumberWidth}");
        foreach (var goal in Goals.All)
        {
            if (goal.Reached(sheet) is { } reached)
                output.WriteLine(Line(goal, reached));
        }
    }

    private static string Line(FigureRow row)
    {
        var processor = row.Microseconds.Count == 0 ? "" : $"  {Show(Statistics.Median(row.Microseconds))} µs each";
        return $"{row.Figure + ", " + row.Unit,-NameWidth}{Show(Statistics.Median(row.Values)),NumberWidth}{Show(row.Values.Min()),NumberWidth}"
            + $"{Show(row.Values.Max()),NumberWidth}{processor}";
    }

    private static string Line(Goal goal, double reached)
    {
        var bound = $"{(goal.AtMost ? "≤" : "≥")} {Show(goal.Bound)} {goal.Unit}";
        return $"{goal.Id + "  " + goal.Says,-NameWidth}{Show(reached),NumberWidth}{bound,NumberWidth}  {(goal.IsMet(reached) ? "ok" : "below")}";
    }

    /// <summary>Three significant digits below a hundred, whole numbers above.</summary>
    private static string Show(double value) => value switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", CultureInfo.InvariantCulture),
        _ => value.ToString("F2", CultureInfo.InvariantCulture),
    };
}
