namespace HealthApi.Core.Signals.Figures;

/// <summary>Finds the earliest of the reported instants that is after <paramref name="asOf"/>.</summary>
/// <param name="asOf">The instant after which the search begins.</param>
/// <param name="uses">The signals that matter.</param>
internal struct NextEdge(long asOf, SignalUses uses)
{
    /// <summary>
    /// Up to this long after <see cref="AsOf"/>, edges without an effect are passed over. A later edge is reported whatever it does: no
    /// search goes through more than a day's entries, and an account is due at most once a day for nothing.
    /// </summary>
    private const long LookAhead = Instants.Day;

    private long _earliest = long.MaxValue;

    public readonly long AsOf => asOf;

    public readonly SignalUses Uses => uses;

    /// <summary>The earliest instant; <see cref="long.MaxValue"/> if none was reported.</summary>
    public readonly long EarliestInstant => _earliest;

    /// <summary>
    /// Whether it is worth finding out if an edge has an effect: it is earlier than every other, and not too far ahead.
    /// </summary>
    public readonly bool IsWorthLooking(long edge) => edge < _earliest && edge <= asOf + LookAhead;

    /// <summary>The earliest instant; null if nothing changes before the end of the calendar.</summary>
    public readonly DateTimeOffset? Earliest => _earliest > Instants.Last ? null : Instants.ToTime(_earliest);

    public void At(long instant)
    {
        if (instant > asOf && instant < _earliest)
        {
            _earliest = instant;
        }
    }

    /// <summary>Reports the instant at which something leaves a window.</summary>
    public void Leaves(long instant, long window)
    {
        if (instant != Instants.None)
        {
            At(instant + window);
        }
    }

    /// <summary>Reports the instant at which the next of the entries leaves a window.</summary>
    public void Leaves<T>(Timeline<T> entries, long window)
        where T : struct, ITimed<T>
    {
        var inside = entries.After(asOf - window);
        if (inside.Length > 0)
        {
            At(inside[0].Instant + window);
        }
    }

    /// <summary>Reports the instant from which at most <paramref name="days"/> whole days, rounded down, remain until a date.</summary>
    public void WholeDaysBefore(long date, long days) => At(date - ((days + 1) * Instants.Day) + 1);

    /// <summary>Reports the next step of a signal that counts whole days since an instant.</summary>
    public void DaysSince(Signal signal, long since)
    {
        if (since != Instants.None && uses.Days.Above(signal, Instants.WholeDays(since, asOf)) is { } day)
        {
            At(since + (day * Instants.Day));
        }
    }

    /// <summary>Reports the next step of a signal that counts whole days to a date.</summary>
    public void DaysTo(Signal signal, long date)
    {
        if (uses.Days.Below(signal, Instants.WholeDays(asOf, date)) is { } day)
        {
            WholeDaysBefore(date, day - 1);
        }
    }
}
