using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>
/// Derives the active users: the number of users that events name or the count that snapshots state, whichever is greater. Missing until an
/// event has named a user or a snapshot has counted them.
/// </summary>
internal static class UserSignals
{
    public static void Derive(Derivation derivation)
    {
        var usage = derivation.Figures.Usage;
        var (days1, days7, days30) = CountDistinct(usage.Users.Values, derivation.AsOf);
        Monthly(derivation, days30);
        if (Math.Max(usage.NewestNamed, usage.Snapshots.DailyActiveUsers.Newest) is var evidence and not Instants.None)
        {
            var counts = usage.Snapshots.DailyActiveUsers;
            var weekly = Math.Max(days7, First(counts.After(derivation.AsOf - Windows.Days7)));
            var daily = Math.Max(days1, NewestWithin(Windows.Days1, counts, derivation.AsOf));
            derivation.Set(Signal.WeeklyActiveUsers, weekly, evidence);
            derivation.Set(Signal.DailyActiveUsers, daily, evidence);
            derivation.Set(Signal.DailyActiveRatio, Ratios.Capped(daily, derivation.Account.Licences), evidence);
        }
    }

    private static void Monthly(Derivation derivation, long distinct)
    {
        var usage = derivation.Figures.Usage;
        var counted = usage.Snapshots.ActiveUsers;
        if (Math.Max(usage.NewestNamed, counted.Instant) is var evidence and not Instants.None)
        {
            var stated = Windows.Holds(Windows.Days30, counted.Instant, derivation.AsOf) ? counted.Value : 0;
            var users = Math.Max(distinct, stated);
            derivation.Set(Signal.MonthlyActiveUsers, users, evidence);
            derivation.Set(Signal.ActiveUserRatio, Ratios.Capped(users, derivation.Account.Licences), evidence);
        }
    }

    private static (long Days1, long Days7, long Days30) CountDistinct(ReadOnlySpan<UserSeen> users, long asOf)
    {
        var (days1, days7, days30) = (0L, 0L, 0L);
        foreach (var user in users)
        {
            days1 += Windows.Holds(Windows.Days1, user.Last, asOf) ? 1 : 0;
            days7 += Windows.Holds(Windows.Days7, user.Last, asOf) ? 1 : 0;
            days30 += Windows.Holds(Windows.Days30, user.Last, asOf) ? 1 : 0;
        }

        return (days1, days7, days30);
    }

    /// <summary>The highest count of a window, which is the first: the stored counts decrease towards the newest.</summary>
    private static long First(ReadOnlySpan<DailyCount> counts) => counts.Length == 0 ? 0 : counts[0].Users;

    private static long NewestWithin(long window, Timeline<DailyCount> counts, long asOf) =>
        Windows.Holds(window, counts.Newest, asOf) && counts.Count > 0 ? counts.Items[^1].Users : 0;
}
