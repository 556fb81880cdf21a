namespace HealthApi.Core.Signals.Shifts;

/// <summary>The days with which the recent ones are compared.</summary>
/// <param name="Mean">The mean of a day.</param>
/// <param name="WeekMean">The mean of the whole weeks, counted backwards from the end of the base.</param>
/// <param name="Variance">
/// The variance of a week: ((k − 1)·s² + 4·p) ÷ (k + 3), where s² is the sample variance and p what chance alone would give.
/// </param>
/// <param name="Weeks">The number k of whole weeks, at least 4.</param>
internal readonly record struct ShiftBase(double Mean, double WeekMean, double Variance, int Weeks)
{
    private const int PriorWeeks = 4;

    /// <summary>The relative change of a daily mean.</summary>
    public double Change(double recent) => (recent - Mean) / Mean;

    /// <summary>The change in standard deviations of four weeks.</summary>
    public double Z(double recent) => ((ShiftDays.Recent * recent) - (4 * WeekMean)) / Math.Sqrt(Variance * (4 + (16.0 / Weeks)));

    /// <param name="weeks">The sums of the whole weeks.</param>
    /// <param name="quantity">The mean quantity of an event; 1 for counts.</param>
    public static ShiftBase Of(double mean, ReadOnlySpan<double> weeks, double quantity)
    {
        var (total, squares) = (0.0, 0.0);
        foreach (var week in weeks) total += week;
        var average = total / weeks.Length;
        foreach (var week in weeks) squares += (week - average) * (week - average);
        var variance = (squares + (PriorWeeks * average * quantity)) / (weeks.Length - 1 + PriorWeeks);
        return new ShiftBase(mean, average, variance, weeks.Length);
    }
}

/// <summary>The lengths of time of a shift signal, in whole UTC days.</summary>
internal static class ShiftDays
{
    /// <summary>The days whose sums are stored.</summary>
    public const int Stored = 400;

    /// <summary>The days that are compared with the base before them.</summary>
    public const int Recent = 28;

    public const int LongestBase = 84, ShortestBase = 28, Week = 7;

    /// <summary>The days in a row after which a condition holds.</summary>
    public const int InARow = 2;

    /// <summary>The calm days in a row after which a shift is over.</summary>
    public const int CalmInARow = 7;

    /// <summary>The days after which a shift is the new level.</summary>
    public const int Longest = 84;
}
