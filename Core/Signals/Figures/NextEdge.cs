namespace HealthApi.Core.Signals.Figures;

/// <summary>Finds the earliest instant after <paramref name="asOf"/> of those it is told.</summary>
internal struct NextEdge(long asOf)
{
    private long _earliest = long.MaxValue;

    public readonly long AsOf => asOf;

    /// <summary>Null where nothing will change before the calendar ends.</summary>
    public readonly DateTimeOffset? Earliest => _earliest > Instants.Last ? null : Instants.ToTime(_earliest);

    public void At(long instant)
    {
        if (instant > asOf && instant < _earliest)
        {
            _earliest = instant;
        }
    }

    /// <summary>The instant at which something that happened leaves a window.</summary>
    public void Leaves(long instant, long window)
    {
        if (instant != Instants.None)
        {
            At(instant + window);
        }
    }

    /// <summary>The instant at which the next of the entries leaves a window.</summary>
    public void Leaves<T>(Timeline<T> entries, long window)
        where T : struct, ITimed<T>
    {
        var inside = entries.After(asOf - window);
        if (inside.Length > 0)
        {
            At(inside[0].Instant + window);
        }
    }

    /// <summary>The instant from which no more than so many whole days, rounded down, are left to a date.</summary>
    public void WholeDaysBefore(long date, int days) => At(date - ((days + 1) * Instants.Day) + 1);

    /// <summary>The next whole day since an instant, up to the last that matters.</summary>
    public void NextDay(long since, int last)
    {
        var day = Math.Max(1, Instants.WholeDays(since, asOf) + 1);
        if (since != Instants.None && day <= last)
        {
            At(since + (day * Instants.Day));
        }
    }
}
