namespace HealthApi.Core.Signals.Figures;

/// <summary>The 30-day window of a ledger that ends at an instant, and the one before it. Both can be moved from edge to edge.</summary>
internal struct UsageWindows
{
    private readonly Timeline<UsageEntry> _entries;

    /// <summary>The first entry of the present window and of the one before it.</summary>
    private int _present, _before;

    public UsageWindows(Timeline<UsageEntry> entries, long asOf)
    {
        _entries = entries;
        _present = entries.IndexAfter(asOf - Windows.Days30);
        _before = entries.IndexAfter(asOf - (2 * Windows.Days30));
    }

    /// <summary>The sums of the windows. They follow <see cref="MoveToEdge"/> once <see cref="Sum"/> was called.</summary>
    public UsageSums Sums { get; private set; }

    /// <summary>The next instant at which an entry leaves a window; <see cref="long.MaxValue"/> if there is none.</summary>
    public readonly long Edge => Math.Min(Leaves(_present, Windows.Days30), Leaves(_before, 2 * Windows.Days30));

    public UsageSums Sum()
    {
        var (present, previous, logins) = (UInt128.Zero, UInt128.Zero, 0);
        foreach (ref readonly var entry in _entries.Items[_before.._present]) previous += entry.Millionths;
        foreach (ref readonly var entry in _entries.Items[_present..])
        {
            present += entry.Millionths;
            logins += entry.Logins;
        }

        return Sums = new UsageSums(present, previous, logins);
    }

    /// <summary>Moves the end of the windows to the next edge.</summary>
    public void MoveToEdge()
    {
        var edge = Edge;
        var (present, previous, logins) = Sums;
        for (; Leaves(_present, Windows.Days30) == edge; _present++)
        {
            ref readonly var entry = ref _entries.Items[_present];
            (present, previous, logins) = (present - entry.Millionths, previous + entry.Millionths, logins - entry.Logins);
        }

        for (; Leaves(_before, 2 * Windows.Days30) == edge; _before++) previous -= _entries.Items[_before].Millionths;
        Sums = new UsageSums(present, previous, logins);
    }

    private readonly long Leaves(int entry, long window) =>
        entry < _entries.Count ? _entries.Items[entry].Instant + window : long.MaxValue;
}

/// <summary>Usage of 30 days in millionths, that of the 30 days before, and the logins of the 30 days.</summary>
internal readonly record struct UsageSums(UInt128 Present, UInt128 Previous, int Logins);
