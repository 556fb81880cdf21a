using HealthApi.Core.Events;
using HealthApi.Core.Signals.Shifts;

namespace HealthApi.Core.Signals.Figures;

/// <summary>The figures of the usage family: users, features, snapshots and quantities.</summary>
internal sealed class UsageFigures : IFamilyFigures
{
    public long Newest { get; private set; } = Instants.None;

    /// <summary>The time of the newest usage event that names a user.</summary>
    public long NewestNamed { get; private set; } = Instants.None;

    public SortedNames<UserSeen> Users { get; } = new();

    public SortedNames<FeatureUse> Features { get; } = new();

    public SnapshotFigures Snapshots { get; } = new();

    public UsageLedger Ledger { get; } = new();

    /// <summary>The quantities of each day, for the shift of usage.</summary>
    public DailySums Days { get; private set; } = new(ShiftRule.Usage);

    public void Apply(EventType type, UsageData data, long instant)
    {
        Newest = Math.Max(Newest, instant);
        if (data.UserId is { } user)
        {
            NewestNamed = Math.Max(NewestNamed, instant);
            ref var seen = ref Users.GetOrAdd(user, new UserSeen(instant));
            seen = new UserSeen(Math.Max(seen.Last, instant));
        }

        if (data.Feature is { } feature)
        {
            ref var use = ref Features.GetOrAdd(feature, new FeatureUse(instant, instant));
            use = new FeatureUse(Math.Min(use.First, instant), Math.Max(use.Last, instant));
        }

        ApplyAmounts(type, data, instant);
    }

    public void TakeDays(UsageFigures other) => Days = other.Days;

    public void Forget(long asOf)
    {
        var month = asOf - Windows.Days30;
        Users.Keep(month, static (seen, month) => seen.Last > month);
        foreach (ref var use in Features.Values)
        {
            use = use.Last > month ? use : use with { Last = Instants.None };
        }

        Snapshots.Forget(asOf);
        Ledger.Forget(asOf - Horizons.Usage);
        Days.Forget(asOf);
    }

    public void Write(ref FigureWriter writer)
    {
        writer.OptionalInstant(Newest);
        writer.OptionalInstant(NewestNamed);
        Users.Write(ref writer);
        Features.Write(ref writer);
        Snapshots.Write(ref writer);
        Ledger.Write(ref writer);
        Days.Write(ref writer);
    }

    public void Fill(ref FigureReader reader)
    {
        Newest = reader.OptionalInstant();
        NewestNamed = reader.OptionalInstant();
        Users.Fill(ref reader);
        Features.Fill(ref reader);
        Snapshots.Fill(ref reader);
        Ledger.Fill(ref reader);
        Days.Fill(ref reader);
    }

    private void ApplyAmounts(EventType type, UsageData data, long instant)
    {
        if (data.Snapshot is { } snapshot)
        {
            Snapshots.Apply(snapshot, instant);
        }

        var quantity = type == EventType.UsageSnapshot ? data.Snapshot?.Records ?? 0 : data.Quantity;
        var millionths = Quantity.Millionths(quantity);
        Ledger.Add(instant, millionths, type == EventType.UsageLogin ? 1 : 0);
        Days.Add(instant, millionths);
    }
}
