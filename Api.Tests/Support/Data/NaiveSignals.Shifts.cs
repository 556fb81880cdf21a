using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>The shift signals as domain.md defines them, with every mean, sum and variance computed again for every day.</summary>
internal sealed partial class NaiveSignals
{
    private void Shifts()
    {
        var usage = Of(EventFamily.Usage);
        Shift(usage, UsageQuantity, falls: true, Signal.UsageShift, Signal.UsageShiftGrade);
        var tickets = Of(EventFamily.Ticket);
        Shift(tickets, Counts(EventType.TicketOpened), false, Signal.TicketShift, Signal.TicketShiftGrade);
        Shift(tickets, Counts(EventType.TicketEscalated), false, Signal.EscalationShift, Signal.EscalationShiftGrade);
    }

    private static Func<HealthEvent, decimal> Counts(EventType type) => e => e.Type == type ? 1 : 0;

    private static DateTime DayOf(HealthEvent e) => e.OccurredAt.UtcDateTime.Date;

    private static decimal UsageQuantity(HealthEvent e) =>
        e.Type == EventType.UsageSnapshot ? ((UsageData)e.Data).Snapshot?.Records ?? 0 : ((UsageData)e.Data).Quantity;

    private void Shift(List<HealthEvent> family, Func<HealthEvent, decimal> quantity, bool falls, Signal value, Signal grade)
    {
        var today = asOf.UtcDateTime.Date;
        var kept = family.Where(e => DayOf(e) >= today.AddDays(-400) && DayOf(e) < today).ToList();
        if (Newest(family) is not { } newest || kept.Count == 0) return;
        var first = kept.Min(DayOf);
        var length = (today - first).Days;
        var (sums, counts) = (new double[length], new double[length]);
        foreach (var e in kept)
        {
            var day = (DayOf(e) - first).Days;
            sums[day] += (double)Math.Clamp(quantity(e), 0, 1_000_000_000_000_000_000_000m);
            counts[day]++;
        }

        if (NaiveShift.Follow(sums, counts, falls, falls).Shift is not { } shift) return;
        Set(value, SignalValue.Of(shift.Value), newest);
        Set(grade, SignalValue.Of(shift.Grade), newest);
    }
}

/// <summary>The state machine of a shift over days.</summary>
internal static class NaiveShift
{
    /// <param name="sums">The sum of each day, from the first day with an event to yesterday.</param>
    public static ((double Value, string Grade)? Shift, bool Settled) Follow(double[] sums, double[] counts, bool falls, bool weighs)
    {
        var (sign, floor, settled) = (falls ? -1 : 1, 1, false);
        (int Since, double Mean, double WeekMean, double Variance, int Weeks, double Greatest, bool Alarm)? on = null;
        var (watch, alarm, calm) = (0, 0, 0);
        for (var day = 0; day <= sums.Length; day++)
        {
            if (day < 28) continue;
            var recent = sums[(day - 28)..day].Average();
            if (on is { } shift)
            {
                var change = (recent / shift.Mean) - 1;
                shift.Greatest = falls ? Math.Min(shift.Greatest, change) : Math.Max(shift.Greatest, change);
                var z = Z(recent, shift.WeekMean, shift.Variance, shift.Weeks);
                alarm = sign * (Six(change) - (falls ? -0.30 : 0.50)) >= 0 && sign * (Six(z) - (sign * 2.6)) >= 0 ? alarm + 1 : 0;
                shift.Alarm |= alarm >= 2;
                calm = sign * (Six(change) - (falls ? -0.15 : 0.20)) < 0 ? calm + 1 : 0;
                on = shift;
                if (calm < 7 && day - shift.Since < 84) continue;
                settled = calm < 7;
                if (settled) floor = shift.Since;
                (on, watch, alarm) = (null, 0, 0);
                continue;
            }

            if (Base(sums, counts, day, floor, weighs) is not { } found)
            {
                (watch, alarm) = (0, 0);
                continue;
            }

            var (move, deviation) = ((recent / found.Mean) - 1, Z(recent, found.WeekMean, found.Variance, found.Weeks));
            watch = sign * (Six(move) - (falls ? -0.25 : 0.50)) >= 0 && sign * (Six(deviation) - (sign * 2.0)) >= 0 ? watch + 1 : 0;
            alarm = sign * (Six(move) - (falls ? -0.30 : 0.50)) >= 0 && sign * (Six(deviation) - (sign * 2.6)) >= 0 ? alarm + 1 : 0;
            if (watch < 2) continue;
            on = (day, found.Mean, found.WeekMean, found.Variance, found.Weeks, move, alarm >= 2);
            (calm, settled) = (0, false);
        }

        if (on is { } last) return ((last.Greatest, last.Alarm ? "alarm" : "watch"), false);
        return (Base(sums, counts, sums.Length, floor, weighs) is null ? null : (0, "steady"), settled);
    }

    private static (double Mean, double WeekMean, double Variance, int Weeks)? Base(
        double[] sums, double[] counts, int day, int floor, bool weighs)
    {
        var (start, end) = (Math.Max(day - 112, floor), day - 28);
        if (end - start < 28 || sums[start..end].Sum() <= 0) return null;
        var weeks = Enumerable.Range(0, (end - start) / 7).Select(week => sums[(end - (7 * week) - 7)..(end - (7 * week))].Sum()).ToList();
        var (k, m) = (weeks.Count, weeks.Average());
        var s2 = weeks.Sum(week => (week - m) * (week - m)) / (k - 1);
        var p = m * (weighs ? sums[start..end].Sum() / counts[start..end].Sum() : 1);
        return (sums[start..end].Average(), m, (((k - 1) * s2) + (4 * p)) / (k + 3), k);
    }

    private static double Z(double r, double m, double v, int k) => ((28 * r) - (4 * m)) / Math.Sqrt(v * (4 + (16.0 / k)));

    private static double Six(double value) => Math.Round(value, 6, MidpointRounding.AwayFromZero);
}
