namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// Quantities and logins by instant, for sums over sliding windows. A UTC day with more than <see cref="MostInstants"/> distinct instants
/// is coarse: it is stored in ten-minute buckets, and usage counts at the bucket's last microsecond, so it leaves a window up to ten
/// minutes late. Whether a day is coarse depends only on its set of instants. A day is forgotten as a whole, so that this remains true when
/// late events arrive.
/// </summary>
internal sealed class UsageLedger
{
    public const int MostInstants = 128;
    public const long Bucket = 10 * Instants.Minute;

    private readonly Timeline<UsageEntry> _entries = new();

    /// <summary>The exact time of the newest usage of each coarse day.</summary>
    private readonly Timeline<Occurrence> _coarseDays = new();

    public void Add(long instant, UInt128 millionths, int logins)
    {
        var coarse = FindCoarseDay(instant);
        if (coarse >= 0)
        {
            ref var newest = ref _coarseDays.Items[coarse];
            newest = new Occurrence(Math.Max(newest.Instant, instant));
            Merge(new UsageEntry(EndOfBucket(instant), millionths, logins));
        }
        else if (Merge(new UsageEntry(instant, millionths, logins)))
        {
            CoarsenWhenCrowded(StartOfDay(instant));
        }
    }

    public (UInt128 Millionths, int Logins) Sum(long after, long upTo = long.MaxValue)
    {
        var (millionths, logins) = (UInt128.Zero, 0);
        foreach (ref readonly var entry in _entries.Items[_entries.IndexAfter(after).._entries.IndexAfter(upTo)])
        {
            millionths += entry.Millionths;
            logins += entry.Logins;
        }

        return (millionths, logins);
    }

    /// <summary>The number of UTC days with usage after the instant; exact also for coarse days.</summary>
    public int DaysAfter(long instant)
    {
        var (days, lastDay) = (0, Instants.None);
        foreach (ref readonly var entry in _entries.After(instant))
        {
            var day = StartOfDay(entry.Instant);
            days += day == lastDay ? 0 : 1;
            lastDay = day;
        }

        var boundary = FindCoarseDay(instant);
        var left = boundary >= 0 && _coarseDays.Items[boundary].Instant <= instant
            && HasEntryBetween(instant, StartOfDay(instant) + Instants.Day);
        return left ? days - 1 : days;
    }

    /// <summary>
    /// The newest usage of the first day that <see cref="DaysAfter"/> counts; none if it counts no day. A window that begins there does not
    /// count the day any more.
    /// </summary>
    public long EndOfFirstDayAfter(long instant)
    {
        for (var index = _entries.IndexAfter(instant); index < _entries.Count;)
        {
            var start = _entries.Items[index].Instant;
            index = _entries.IndexAfter(StartOfDay(start) + Instants.Day - 1);
            var newest = FindCoarseDay(start) is var coarse and >= 0
                ? _coarseDays.Items[coarse].Instant : _entries.Items[index - 1].Instant;
            if (newest > instant) return newest;
        }

        return Instants.None;
    }

    /// <summary>The sums of the 30-day window that ends at an instant, and of the one before it.</summary>
    public UsageWindows WindowsAt(long asOf) => new(_entries, asOf);

    public void Forget(long upTo)
    {
        _entries.Forget(StartOfDay(upTo) - 1);
        _coarseDays.Forget(StartOfDay(upTo) - 1);
    }

    public void Write(ref FigureWriter writer)
    {
        _coarseDays.Write(ref writer);
        _entries.Write(ref writer, writer.Anchor + Bucket);
    }

    public void Fill(ref FigureReader reader)
    {
        _coarseDays.Fill(ref reader);
        _entries.Fill(ref reader, reader.Anchor + Bucket);
    }

    /// <summary>Adds to the entry of the same instant; true if a new entry was created.</summary>
    private bool Merge(UsageEntry entry)
    {
        var index = _entries.Newest < entry.Instant ? ~_entries.Count : _entries.Search(entry);
        if (index < 0)
        {
            _entries.Insert(~index, entry);
            return true;
        }

        _entries.Items[index].Add(entry.Millionths, entry.Logins);
        return false;
    }

    private void CoarsenWhenCrowded(long day)
    {
        var start = _entries.IndexAfter(day - 1);
        var count = _entries.IndexAfter(day + Instants.Day - 1) - start;
        if (count <= MostInstants)
        {
            return;
        }

        var entries = _entries.Items.Slice(start, count).ToArray();
        _entries.RemoveRange(start, count);
        _coarseDays.Add(new Occurrence(entries[^1].Instant));
        foreach (var entry in entries)
        {
            Merge(new UsageEntry(EndOfBucket(entry.Instant), entry.Millionths, entry.Logins));
        }
    }

    private bool HasEntryBetween(long after, long before)
    {
        var later = _entries.After(after);
        return later.Length > 0 && later[0].Instant < before;
    }

    /// <summary>The index of the coarse day that contains the instant; negative if the day is not coarse.</summary>
    private int FindCoarseDay(long instant)
    {
        var day = StartOfDay(instant);
        var index = _coarseDays.IndexAfter(day - 1);
        return index < _coarseDays.Count && _coarseDays.Items[index].Instant < day + Instants.Day ? index : -1;
    }

    private static long StartOfDay(long instant) => instant - (instant % Instants.Day);

    private static long EndOfBucket(long instant) => instant - (instant % Bucket) + Bucket - 1;
}
