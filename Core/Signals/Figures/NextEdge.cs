namespace HealthApi.Core.Signals.Figures;

/// <summary>Finds the earliest instant after <paramref name="asOf"/> of those it is told.</summary>
/// <param name="asOf">Where the search begins.</param>
/// <param name="steps">The steps of signals that count days which matter.</param>
internal struct NextEdge(long asOf, DaySteps steps)
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
    public void WholeDaysBefore(long date, long days) => At(date - ((days + 1) * Instants.Day) + 1);

    /// <summary>The next step of a signal that counts the whole days since an instant.</summary>
    public void DaysSince(Signal signal, long since)
    {
        if (since != Instants.None && steps.Above(signal, Instants.WholeDays(since, asOf)) is { } day)
        {
            At(since + (day * Instants.Day));
        }
    }

    /// <summary>The next step of a signal that counts the whole days to a date.</summary>
    public void DaysTo(Signal signal, long date)
    {
        if (steps.Below(signal, Instants.WholeDays(asOf, date)) is { } day)
        {
            WholeDaysBefore(date, day - 1);
        }
    }
}
