using FsCheck.Fluent;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using HealthApi.Core.Signals.Figures;
using HealthApi.Core.Signals.Shifts;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Signals;

/// <summary>Shift signals over long histories of daily usage, tickets and escalations, with and without changes of their level.</summary>
internal sealed class ShiftProperties
{
    [FsCheck.NUnit.Property(Arbitrary = [typeof(DailyHistories)], MaxTest = 300)]
    public void Every_shift_equals_its_plain_definition_on_every_kind_of_day(AccountHistory history)
    {
        var figures = FoldProperties.Fold(history.Events);
        foreach (var days in (int[])[0, 1, 3, 40, 90])
        {
            var asOf = history.AsOf.AddDays(days);
            SignalAssert.Same(
                SignalDeriver.Derive(figures, history.Account, asOf), NaiveSignals.Derive(history.Events, history.Account, asOf));
        }
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(DailyHistories)], MaxTest = 200)]
    public void Order_and_batching_of_events_do_not_change_the_figures(AccountHistory history) =>
        new FoldProperties().Order_and_batching_of_events_do_not_change_the_figures(history);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(DailyHistories)], MaxTest = 100)]
    public void A_shift_never_changes_between_the_days_at_which_the_account_is_due(AccountHistory history)
    {
        var figures = FoldProperties.Fold(history.Events);
        var uses = SignalUses.Every(DaySteps.None);
        var asOf = history.AsOf;
        for (var step = 0; step < 60; step++)
        {
            var before = SignalDeriver.Derive(figures, history.Account, asOf);
            if (SignalDeriver.NextChange(figures, history.Account, SegmentPolicy.Default.Phases, uses, asOf) is not { } next) return;
            var after = SignalDeriver.Derive(figures, history.Account, next.AddMicroseconds(-1));
            foreach (var signal in (Signal[])[Signal.UsageShift, Signal.UsageShiftGrade, Signal.TicketShift, Signal.EscalationShift])
                Assert.That(after[signal], Is.EqualTo(before[signal]), $"{signal} between {asOf:O} and {next:O}");
            asOf = next;
        }
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(DailyHistories)], MaxTest = 60)]
    public void A_late_event_counts_although_the_signals_were_read_before_it(AccountHistory history)
    {
        var (read, fresh) = (new AccountFigures(), FoldProperties.Fold(history.Events));
        foreach (var e in history.Events)
        {
            if (history.Seed % 7 == 0 || e.OccurredAt.Day % 7 == 0) SignalDeriver.Derive(read, history.Account, history.AsOf);
            SignalDeriver.NextChange(read, history.Account, SegmentPolicy.Default.Phases, SignalUses.Every(DaySteps.None), history.AsOf);
            read.Apply(e);
        }

        Assert.That(read.Encode(history.AsOf), Is.EqualTo(fresh.Encode(history.AsOf)));
    }

    [Test]
    public void Random_daily_histories_have_every_grade()
    {
        var histories = DailyHistories.History().Generator.Sample(60, new FsCheck.Rnd(7), 300);
        var grades = histories.SelectMany(history => new[] { 0, 40 }.Select(days => SignalDeriver.Derive(
            FoldProperties.Fold(history.Events), history.Account, history.AsOf.AddDays(days))))
            .SelectMany(signals => new[] { signals[Signal.UsageShiftGrade], signals[Signal.TicketShiftGrade] }
                .Select(grade => grade.Word ?? "missing")).ToHashSet();
        Assert.That(grades, Is.EquivalentTo(new[] { "missing", "steady", "watch", "alarm" }));
    }

    [Test]
    public void The_sums_of_four_hundred_active_days_take_at_most_600_bytes()
    {
        foreach (var (perDay, quantities) in (ReadOnlySpan<(int, int)>)[(1, 1), (3, 1), (10, 1), (40, 1), (3, 3)])
        {
            var random = new Random(1);
            var days = new DailySums(ShiftRule.Usage);
            foreach (var e in DailyHistories.Days(400, _ => Spread(random, perDay), random, quantities))
                if (e.Data is UsageData usage) days.Add(Instants.Of(e.OccurredAt), Quantity.Millionths(usage.Quantity));
            Assert.That(BytesOf(days), Is.LessThanOrEqualTo(600), $"{perDay} a day, quantities up to {quantities}");
        }
    }

    private static int BytesOf(DailySums days)
    {
        days.Forget(Instants.Of(AccountHistory.Now));
        var writer = new FigureWriter(0);
        days.Write(ref writer);
        return writer.Finish().Length;
    }

    private static int Spread(Random random, int mean) => Math.Max(1, mean + random.Next(-mean, mean + 1));
}
