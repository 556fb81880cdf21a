using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Shifts;

/// <summary>
/// Running totals of the days before a day, from the first day with an event on: the sums and bases of any days among them by two
/// subtractions.
/// </summary>
internal readonly ref struct ShiftTotals
{
    /// <summary>The length of a buffer that holds the totals of all stored days.</summary>
    public const int Size = ShiftDays.Stored + 1;

    private readonly Span<UInt128> _sums;
    private readonly Span<long> _events;
    private readonly bool _weighsQuantities;

    /// <param name="day">The day after the last one that counts.</param>
    /// <param name="days">Ascending; days from <paramref name="day"/> on are left out, and so are those before the stored ones.</param>
    /// <param name="sums">A buffer of <see cref="Size"/>. The totals are exact, so that every difference of two is.</param>
    /// <param name="events">A buffer of <see cref="Size"/>.</param>
    public ShiftTotals(int day, IReadOnlyList<DayTotals> days, bool weighsQuantities, Span<UInt128> sums, Span<long> events)
    {
        _sums = sums;
        _events = events;
        _weighsQuantities = weighsQuantities;
        var index = 0;
        while (index < days.Count && days[index].Day < day - ShiftDays.Stored) index++;
        if (index == days.Count || days[index].Day >= day) return;
        First = days[index].Day;
        Second = index + 1 < days.Count && days[index + 1].Day < day ? days[index + 1].Day : null;
        Count = day - First;
        (sums[0], events[0]) = (0, 0);
        for (var at = 0; at < Count; at++)
        {
            var here = index < days.Count && days[index].Day == First + at ? days[index++] : default;
            sums[at + 1] = sums[at] + here.Millionths;
            events[at + 1] = events[at] + here.Count;
        }
    }

    /// <summary>The first day with an event; days since 0001-01-01.</summary>
    public int First { get; }

    /// <summary>The second day with an event; null if there is none.</summary>
    public int? Second { get; }

    /// <summary>The number of days from the first to the last one that counts.</summary>
    public int Count { get; }

    /// <summary>
    /// The daily mean of the recent days before the day at an index. Here and below, an index after the last day sees days without events.
    /// </summary>
    public double RecentMean(int index) => Sum(index - ShiftDays.Recent, index) / ShiftDays.Recent;

    /// <summary>The base of the day at an index; false if it is too short or empty.</summary>
    /// <param name="floor">The first index that may belong to it.</param>
    public bool TryBase(int index, int floor, out ShiftBase found)
    {
        found = default;
        var (start, end) = Range(index, floor);
        if (IsTooLittle(start, end)) return false;
        Span<double> weeks = stackalloc double[(end - start) / ShiftDays.Week];
        for (var week = 0; week < weeks.Length; week++)
        {
            var last = end - (week * ShiftDays.Week);
            weeks[week] = Sum(last - ShiftDays.Week, last);
        }

        var total = Sum(start, end);
        var quantity = _weighsQuantities ? total / (_events[Math.Min(end, Count)] - _events[Math.Min(start, Count)]) : 1;
        found = ShiftBase.Of(total / (end - start), weeks, quantity);
        return true;
    }

    /// <summary>The daily mean of the base; null if it is too short or empty. Cheaper than the whole base.</summary>
    public double? BaseMean(int index, int floor)
    {
        var (start, end) = Range(index, floor);
        return IsTooLittle(start, end) ? null : Sum(start, end) / (end - start);
    }

    /// <summary>The sum of the quantities of the days from one index to another, which is not among them.</summary>
    private double Sum(int start, int end) => Quantity.ToDouble(_sums[Math.Min(end, Count)] - _sums[Math.Min(start, Count)]);

    private bool IsTooLittle(int start, int end) =>
        end - start < ShiftDays.ShortestBase || _sums[Math.Min(end, Count)] <= _sums[Math.Min(start, Count)];

    private static (int Start, int End) Range(int index, int floor) =>
        (Math.Max(index - ShiftDays.Recent - ShiftDays.LongestBase, floor), index - ShiftDays.Recent);
}
