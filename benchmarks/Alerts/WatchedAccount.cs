using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Benchmarks.Alerts;

/// <summary>What the shift signal and the literal rule of 30 days say of an account on a day.</summary>
/// <param name="Grade">The grade; null where the signal is missing.</param>
/// <param name="Settled">Whether the last shift has become the new level.</param>
/// <param name="Literal">Whether the usage of 30 days was at least 30 % below that of the 30 days before.</param>
internal sealed record WatchedDay(string? Grade, bool Settled, bool Literal)
{
    public bool IsAlarm => Grade == "alarm";

    public bool IsWatch => Grade is "alarm" or "watch";
}

/// <summary>Plays an account's life through the product's fold, day by day.</summary>
internal static class WatchedAccount
{
    private const double LiteralDrop = -0.3;

    private static readonly DateTimeOffset First = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Account Account = new() { Id = "watched", Name = "watched" };

    public static IReadOnlyList<WatchedDay> Play(UsageStory story, UsageRate rate, int seed)
    {
        var (figures, random, days) = (new AccountFigures(), new Random(seed), new List<WatchedDay>());
        for (var day = -UsageStory.Before; day < UsageStory.Days; day++)
        {
            var midnight = First.AddDays(day);
            if (day >= 0) days.Add(Read(SignalDeriver.Derive(figures, Account, midnight)));
            for (var events = rate.Draw(random, day, story.Level(day)); events > 0; events--)
                figures.Apply(Event(midnight.AddSeconds(random.Next(86_400))));
            figures.Forget(midnight);
        }

        return days;
    }

    private static HealthEvent Event(DateTimeOffset at) => new("alerts", "e", EventType.UsageActivity, Account.Id, at, new UsageData());

    private static WatchedDay Read(SignalSet signals) => new(
        signals[Signal.UsageShiftGrade].Word,
        signals.Shift(Signal.UsageShift) is { Settled: true },
        signals[Signal.UsageChange30] is { IsMissing: false } change && Core.Primitives.Rounding.ForBounds(change.Number) <= LiteralDrop);
}
