using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Tests.Support.Data;

internal sealed partial class NaiveSignals
{
    private const int CrowdedDay = 128;

    private List<HealthEvent> UsageEvents => Of(EventFamily.Usage);

    private static UsageData Data(HealthEvent e) => (UsageData)e.Data;

    private static decimal QuantityOf(HealthEvent e) =>
        e.Type == EventType.UsageSnapshot ? Data(e).Snapshot?.Records ?? 0 : Data(e).Quantity;

    private void Users()
    {
        var licences = Licences();
        var named = UsageEvents.Where(e => Data(e).UserId is not null).ToList();
        var monthly = UsageEvents.Where(e => Data(e).Snapshot?.ActiveUsers is not null).ToList();
        var daily = UsageEvents.Where(e => Data(e).Snapshot?.DailyActiveUsers is not null).ToList();
        if (named.Count + monthly.Count > 0)
        {
            var users = Math.Max(Distinct(named, 30), NewestOf(monthly, 30, s => s.ActiveUsers));
            Number(Signal.MonthlyActiveUsers, users, Newest(named.Concat(monthly)));
            Number(Signal.ActiveUserRatio, Share(users, licences), Newest(named.Concat(monthly)));
        }

        if (named.Count + daily.Count > 0)
        {
            var highest = daily.Where(e => In(7, e.OccurredAt)).Max(e => Data(e).Snapshot!.DailyActiveUsers) ?? 0;
            var users = Math.Max(Distinct(named, 1), NewestOf(daily, 1, s => s.DailyActiveUsers));
            Number(Signal.WeeklyActiveUsers, Math.Max(Distinct(named, 7), highest), Newest(named.Concat(daily)));
            Number(Signal.DailyActiveUsers, users, Newest(named.Concat(daily)));
            Number(Signal.DailyActiveRatio, Share(users, licences), Newest(named.Concat(daily)));
        }
    }

    private long Distinct(IEnumerable<HealthEvent> named, int days) =>
        named.Where(e => In(days, e.OccurredAt)).Select(e => Data(e).UserId).Distinct().Count();

    private long NewestOf(IEnumerable<HealthEvent> counted, int days, Func<UsageSnapshot, long?> figure) =>
        counted.Where(e => In(days, e.OccurredAt)).OrderBy(e => e.OccurredAt).ThenBy(e => figure(Data(e).Snapshot!))
            .Select(e => figure(Data(e).Snapshot!)).LastOrDefault() ?? 0;

    private void Usage()
    {
        if (Newest(UsageEvents) is not { } newest)
        {
            return;
        }

        var amounts = Coarsened(UsageEvents);
        var volume = amounts.Where(a => In(30, a.At)).Sum(a => QuantityOf(a.Event));
        var before = amounts.Where(a => InPrevious(30, a.At)).Sum(a => QuantityOf(a.Event));
        Number(Signal.UsageVolume30, volume, newest);
        Number(Signal.VolumeRatio, Share(volume, account.ExpectedMonthlyVolume), newest);
        Number(Signal.ContractUtilisation, Share(volume, account.ContractedUsage), newest);
        Number(Signal.UsageChange30, Change(volume, before), newest);
        Number(Signal.Logins30, amounts.Count(a => a.Event.Type == EventType.UsageLogin && In(30, a.At)), newest);
        Number(
            Signal.LoginDays30,
            Math.Min(30, UsageEvents.Where(e => In(30, e.OccurredAt)).Select(e => e.OccurredAt.UtcDateTime.Date).Distinct().Count()),
            newest);
        Number(Signal.DaysSinceLastActivity, Math.Max(0, FloorDays(newest, asOf)), newest);
    }

    /// <summary>On a day with more than 128 distinct instants, each amount counts at the end of its ten minutes.</summary>
    private static List<(DateTimeOffset At, HealthEvent Event)> Coarsened(IEnumerable<HealthEvent> usage) =>
    [
        .. usage.GroupBy(e => e.OccurredAt.UtcDateTime.Date).SelectMany(day =>
            day.Select(e => e.OccurredAt).Distinct().Count() > CrowdedDay
                ? day.Select(e => (EndOfTenMinutes(e.OccurredAt), e))
                : day.Select(e => (e.OccurredAt, e))),
    ];

    private static DateTimeOffset EndOfTenMinutes(DateTimeOffset at)
    {
        var start = new DateTimeOffset(at.Year, at.Month, at.Day, at.Hour, at.Minute / 10 * 10, 0, TimeSpan.Zero);
        return start.AddMinutes(10).AddMicroseconds(-1);
    }

    private void Adoption()
    {
        if (Newest(UsageEvents) is not { } newest)
        {
            return;
        }

        var uses = UsageEvents.Where(e => Data(e).Feature is not null).ToList();
        var used = uses.Where(e => In(30, e.OccurredAt)).Select(e => Data(e).Feature!).ToHashSet();
        var counted = NewestOf(UsageEvents.Where(e => Data(e).Snapshot?.FeaturesUsed is not null), 30, s => s.FeaturesUsed);
        var core = account.CoreFeatures.ToHashSet();
        Number(Signal.FeatureAdoption, Share(Math.Max(used.Count, counted), account.FeaturesAvailable), newest);
        Number(Signal.CoreFeatureAdoption, Share(core.Count(used.Contains), core.Count), newest);
        var first = uses.Where(e => core.Contains(Data(e).Feature!)).Min(e => (DateTimeOffset?)e.OccurredAt);
        if (first is { } at && account.CustomerSince is { } since)
        {
            Number(Signal.DaysToFirstValue, FloorDays(since, at), at);
        }
    }
}
