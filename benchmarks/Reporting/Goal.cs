namespace HealthApi.Benchmarks.Reporting;

/// <summary>The goal of a figure, or of the ratio of two figures.</summary>
internal sealed record Goal(string Id, string Says, string Figure, string? Over, double Bound, bool AtMost, string Unit)
{
    public static Goal Ratio(string id, string says, string figure, string over, double least) =>
        new(id, says, figure, over, least, false, "×");

    public static Goal Most(string id, string says, string figure, string unit, double most) =>
        new(id, says, figure, null, most, true, unit);

    public static Goal Least(string id, string says, string figure, string unit, double least) =>
        new(id, says, figure, null, least, false, unit);

    /// <summary>The median over the rounds, with a ratio computed within each round; null where a part was not measured.</summary>
    public double? Reached(FigureSheet sheet)
    {
        var values = sheet.Values(Figure);
        if (Over is not null) values = [.. values.Zip(sheet.Values(Over), (part, whole) => part / whole)];
        return values.Count == 0 ? null : Statistics.Median(values);
    }

    public bool IsMet(double reached) => AtMost ? reached <= Bound : reached >= Bound;
}
