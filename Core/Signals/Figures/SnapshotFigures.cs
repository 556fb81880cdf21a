using HealthApi.Core.Events;

namespace HealthApi.Core.Signals.Figures;

/// <summary>The figures of <c>usage.snapshot</c> events. Each is taken from the newest snapshot that states it.</summary>
internal sealed class SnapshotFigures
{
    public Latest<long> ActiveUsers { get; private set; } = Latest<long>.None;

    public Latest<long> FeaturesUsed { get; private set; } = Latest<long>.None;

    /// <summary>
    /// The counts of daily active users that are greater than every later count. They decrease towards the newest, so the first one inside
    /// a window is its highest.
    /// </summary>
    public Timeline<DailyCount> DailyActiveUsers { get; } = new();

    public void Apply(UsageSnapshot snapshot, long instant)
    {
        ActiveUsers = snapshot.ActiveUsers is { } active ? ActiveUsers.With(instant, Math.Max(0, active)) : ActiveUsers;
        FeaturesUsed = snapshot.FeaturesUsed is { } features ? FeaturesUsed.With(instant, Math.Max(0, features)) : FeaturesUsed;
        if (snapshot.DailyActiveUsers is { } daily)
        {
            AddDaily(new DailyCount(instant, Math.Max(0, daily)));
        }
    }

    public void Forget(long asOf) => DailyActiveUsers.ForgetButNewest(asOf - Windows.Days7);

    public void Write(ref FigureWriter writer)
    {
        writer.Latest(ActiveUsers);
        writer.Latest(FeaturesUsed);
        DailyActiveUsers.Write(ref writer);
    }

    public void Fill(ref FigureReader reader)
    {
        ActiveUsers = reader.Latest();
        FeaturesUsed = reader.Latest();
        DailyActiveUsers.Fill(ref reader);
    }

    private void AddDaily(DailyCount added)
    {
        var later = DailyActiveUsers.IndexAfter(added.Instant - 1);
        if (later < DailyActiveUsers.Count && DailyActiveUsers.Items[later].Users >= added.Users)
        {
            return;
        }

        var end = DailyActiveUsers.IndexAfter(added.Instant);
        var start = end;
        while (start > 0 && DailyActiveUsers.Items[start - 1].Users <= added.Users)
        {
            start--;
        }

        DailyActiveUsers.RemoveRange(start, end - start);
        DailyActiveUsers.Insert(start, added);
    }
}
