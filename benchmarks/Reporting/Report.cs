using System.Globalization;

namespace HealthApi.Benchmarks.Reporting;

/// <summary>Prints what was measured, then the ratios beside their goals.</summary>
internal static class Report
{
    private const int NameWidth = 56, NumberWidth = 14;

    public static void Write(FigureSheet sheet, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"{"measured",-NameWidth}{"median",NumberWidth}{"lowest",NumberWidth}{"highest",NumberWidth}");
        foreach (var (figure, unit, values) in sheet.Rows)
            output.WriteLine($"{figure + ", " + unit,-NameWidth}{Show(Statistics.Median(values)),NumberWidth}{Show(values.Min()),NumberWidth}{Show(values.Max()),NumberWidth}");

        output.WriteLine();
        output.WriteLine($"{"ratio",-NameWidth}{"reached",NumberWidth}{"goal",NumberWidth}");
        foreach (var goal in Goals.All)
            if (goal.Reached(sheet) is { } reached)
                output.WriteLine(Line(goal, reached));
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
