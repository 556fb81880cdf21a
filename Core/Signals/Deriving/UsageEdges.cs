using HealthApi.Core.Accounts;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>
/// Reports the instants at which time alone changes a usage signal that is used. An account of many users has many edges a day, so those of
/// signals that are not used are skipped, and so are those of sums and days that change no result.
/// </summary>
internal static class UsageEdges
{
    /// <param name="account">The account with its effective terms.</param>
    public static void Report(UsageFigures usage, Account account, ref NextEdge next)
    {
        if (usage.Newest == Instants.None) return;
        next.DaysSince(Signal.DaysSinceLastActivity, usage.Newest);
        Users(usage, ref next);
        Features(usage, account, ref next);
        LoginDays(usage.Ledger, ref next);
        if (VolumeSignals.AreUsed(next.Uses)) Volume(usage.Ledger, account, ref next);
    }

    private static void Users(UsageFigures usage, ref NextEdge next)
    {
        if (next.Uses.Any(Signal.MonthlyActiveUsers, Signal.ActiveUserRatio))
        {
            Users(usage, Windows.Days30, ref next);
            next.Leaves(usage.Snapshots.ActiveUsers.Instant, Windows.Days30);
        }

        if (next.Uses.Any(Signal.WeeklyActiveUsers)) DailyCounts(usage, Windows.Days7, ref next);
        if (next.Uses.Any(Signal.DailyActiveUsers, Signal.DailyActiveRatio)) DailyCounts(usage, Windows.Days1, ref next);
    }

    private static void DailyCounts(UsageFigures usage, long window, ref NextEdge next)
    {
        Users(usage, window, ref next);
        next.Leaves(usage.Snapshots.DailyActiveUsers, window);
    }

    private static void Users(UsageFigures usage, long window, ref NextEdge next)
    {
        foreach (var seen in usage.Users.Values) next.Leaves(seen.Last, window);
    }

    private static void Features(UsageFigures usage, Account account, ref NextEdge next)
    {
        if (next.Uses.Any(Signal.FeatureAdoption))
        {
            foreach (var use in usage.Features.Values) next.Leaves(use.Last, Windows.Days30);
            next.Leaves(usage.Snapshots.FeaturesUsed.Instant, Windows.Days30);
        }

        if (!next.Uses.Any(Signal.CoreFeatureAdoption)) return;
        foreach (var name in account.CoreFeatures)
            if (usage.Features.Find(name) is var found and >= 0) next.Leaves(usage.Features.Values[found].Last, Windows.Days30);
    }

    /// <summary>Goes from day to day, until leaving one has an effect.</summary>
    private static void LoginDays(UsageLedger ledger, ref NextEdge next)
    {
        if (!next.Uses.Any(Signal.LoginDays30)) return;
        var after = next.AsOf - Windows.Days30;
        var days = ledger.DaysAfter(after);
        var now = SignalValue.Of(UsageSignals.LoginDays(days));
        while ((after = ledger.EndOfFirstDayAfter(after)) != Instants.None)
        {
            if (next.Uses.IsSame(Signal.LoginDays30, now, SignalValue.Of(UsageSignals.LoginDays(--days)))) continue;
            next.Leaves(after, Windows.Days30);
            return;
        }
    }

    /// <summary>Goes from edge to edge, until one has an effect.</summary>
    private static void Volume(UsageLedger ledger, Account account, ref NextEdge next)
    {
        var windows = ledger.WindowsAt(next.AsOf);
        if (next.IsWorthLooking(windows.Edge))
        {
            var now = VolumeSignals.Of(windows.Sum(), account);
            var plateaus = now.Plateaus(next.Uses);
            do
            {
                var edge = windows.Edge;
                windows.MoveToEdge();
                var then = VolumeSignals.Of(windows.Sums, account);
                if (plateaus.Hold(then) || then.IsSame(now, next.Uses)) continue;
                next.At(edge);
                return;
            }
            while (next.IsWorthLooking(windows.Edge));
        }

        next.At(windows.Edge);
    }
}
