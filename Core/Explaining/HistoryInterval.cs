using HealthApi.Core.History;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Explaining;

/// <summary>The length of the periods of a history.</summary>
public enum HistoryInterval : byte { Day, Week, Month }

/// <summary>Groups a daily history into longer periods; the standing of a period is that of its last day.</summary>
public static class HistoryIntervals
{
    private const int DaysPerWeek = 7;

    /// <summary>1970-01-01 (day 0) was a Thursday, three days after the Monday on which its week began (ISO 8601).</summary>
    private const int ThursdaysDistance = 3;

    /// <summary>The first day of the period that contains a day.</summary>
    public static int StartOf(this HistoryInterval interval, int day) => interval switch
    {
        HistoryInterval.Week => day - (((day + ThursdaysDistance) % DaysPerWeek + DaysPerWeek) % DaysPerWeek),
        HistoryInterval.Month => day - Instant.FromDay(day).Day + 1,
        _ => day,
    };

    /// <param name="days">One standing for each day, oldest first.</param>
    public static IReadOnlyList<DayStanding> Group(this HistoryInterval interval, IReadOnlyList<DayStanding> days) =>
        [.. days.GroupBy(day => interval.StartOf(day.Day))
            .Select(period => period.Last() with { Day = period.Key, At = Instant.FromDay(period.Key) })];

    /// <summary>
    /// Expands rows, each of which is valid until the next, to one standing for every day of a range. There is none before the first row.
    /// </summary>
    /// <param name="rows">In order of days.</param>
    public static IReadOnlyList<DayStanding> Fill(IReadOnlyList<DayStanding> rows, int firstDay, int lastDay)
    {
        var filled = new List<DayStanding>();
        var next = 0;
        for (var day = rows.Count == 0 ? lastDay + 1 : Math.Max(firstDay, rows[0].Day); day <= lastDay; day++)
        {
            while (next + 1 < rows.Count && rows[next + 1].Day <= day) next++;
            filled.Add(rows[next] with { Day = day, At = Instant.FromDay(day) });
        }

        return filled;
    }
}
