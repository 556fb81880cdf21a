using System.Globalization;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Alerts;

/// <summary>A row of the table: the lives of many accounts, and what is counted.</summary>
/// <param name="Measure">What the signal reached.</param>
/// <param name="Goals">The goal of each rate; a lower number is better where <paramref name="AtMost"/>.</param>
/// <param name="Detail">What stands beside it.</param>
internal sealed record ShiftRow(
    UsageStory Story, string Says, Func<IReadOnlyList<IReadOnlyList<WatchedDay>>, double> Measure, double[] Goals, bool AtMost,
    Func<IReadOnlyList<IReadOnlyList<WatchedDay>>, string> Detail)
{
    public static IReadOnlyList<ShiftRow> All { get; } =
    [
        new(
            UsageStory.Unchanged, "unchanged: alarms and their ends per account (the literal rule)",
            lives => lives.Average(Told), [0.30, 0.30, 0.05, 0.30, 0.05], true, lives => Number(lives.Average(ToldLiterally))),
        new(
            UsageStory.Halves, "halves and stays: alarm found, median day, told recovered",
            lives => Share(lives, days => FirstAlarm(days) is not null), [0.60, 0.90, 0.95, 0.90, 0.95], false,
            lives => $"day {MedianDay(lives)}, recovered {Percent(Share(lives, HasRecovered))}"),
        new(
            UsageStory.FallsSlowly, "falls to 30 % over 60 days: watch (alarm) found before the end",
            lives => Share(lives, days => days.Take(60).Any(day => day.IsWatch)), [0.65, 0.90, 0.98, 0.92, 0.98], false,
            lives => $"alarm {Percent(Share(lives, days => days.Take(60).Any(day => day.IsAlarm)))}"),
        new(
            UsageStory.Fades, "loses 1.5 % a day: alarms and ends per account (the literal rule)",
            lives => lives.Average(Told), [1.3, 1.3, 1.3, 1.3, 1.3], true, lives => Number(lives.Average(ToldLiterally))),
        new(
            UsageStory.Dips, "falls by 60 % for 45 days, then returns: told of both",
            lives => Share(lives, days => FirstAlarm(days) is not null && !days[^1].IsAlarm), [0.45, 0.85, 0.92, 0.90, 0.92], false,
            lives => $"alarm {Percent(Share(lives, days => FirstAlarm(days) is not null))}, as a recovery "
                + Percent(Share(lives, HasRecovered))),
    ];

    /// <summary>The figure, its goal, whether it is reached, and the detail.</summary>
    public string Line(IReadOnlyList<IReadOnlyList<WatchedDay>> lives, int rate)
    {
        var (reached, goal) = (Measure(lives), Goals[rate]);
        var isMet = AtMost ? reached <= goal : reached >= goal;
        return $"{Number(reached)} {(AtMost ? "≤" : "≥")} {Number(goal)} {(isMet ? "ok" : "below"),-6} {Detail(lives)}";
    }

    /// <summary>The alarms that began, and those that ended with a recovery. That a level has settled is no news.</summary>
    private static double Told(IReadOnlyList<WatchedDay> days) => days.Zip(
        days.Skip(1), (before, after) => before.IsAlarm != after.IsAlarm && (after.IsAlarm || !after.Settled) ? 1.0 : 0).Sum();

    private static double ToldLiterally(IReadOnlyList<WatchedDay> days) => Changes(days, day => day.Literal);

    private static double Changes(IReadOnlyList<WatchedDay> days, Func<WatchedDay, bool> holds) =>
        days.Zip(days.Skip(1), (before, after) => holds(before) != holds(after) ? 1.0 : 0).Sum();

    private static bool HasRecovered(IReadOnlyList<WatchedDay> days) =>
        days.Zip(days.Skip(1), (before, after) => before.IsAlarm && !after.IsAlarm && !after.Settled).Any(told => told);

    private static int? FirstAlarm(IReadOnlyList<WatchedDay> days) =>
        days.ToList().FindIndex(day => day.IsAlarm) is var day and >= 0 ? day : null;

    private static string MedianDay(IReadOnlyList<IReadOnlyList<WatchedDay>> lives)
    {
        var days = lives.Select(FirstAlarm).OfType<int>().Select(day => (double)day).ToList();
        return days.Count == 0 ? "–" : Number(Statistics.Median(days));
    }

    private static double Share(IReadOnlyList<IReadOnlyList<WatchedDay>> lives, Func<IReadOnlyList<WatchedDay>, bool> holds) =>
        lives.Count(holds) / (double)lives.Count;

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Percent(double share) => share.ToString("0 %", CultureInfo.InvariantCulture);
}
