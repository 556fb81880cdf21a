using System.Numerics;

namespace HealthApi.Core.Signals.Figures;

/// <summary>The UTC days with an event, among the newest of them and the 191 days before it.</summary>
internal struct ActiveDays
{
    private const int Words = 3, Bits = 64, Length = Words * Bits;

    /// <summary>A bit for each day, counted backwards from the newest one, which is the lowest bit of the first word.</summary>
    private ulong _first, _second, _third;

    private int _newest;

    public void Add(long instant)
    {
        var day = (int)(instant / Instants.Day);
        if (_first == 0) _newest = day;
        if (day > _newest) Shift(day - _newest);
        _newest = Math.Max(_newest, day);
        if (_newest - day < Length) Word(_newest - day) |= 1UL << ((_newest - day) % Bits);
    }

    /// <summary>The gaps between successive days, newest first, in days.</summary>
    /// <param name="days">How many days before the newest one count; at most <see cref="MostGaps"/>.</param>
    /// <param name="gaps">A buffer for <see cref="MostGaps"/>.</param>
    public readonly int Gaps(int days, Span<int> gaps)
    {
        var (count, last) = (0, 0);
        for (var ago = 1; ago <= days; ago++)
        {
            if (!Has(ago)) continue;
            gaps[count++] = ago - last;
            last = ago;
        }

        return count;
    }

    public const int MostGaps = Length - 1;

    public readonly void Write(ref FigureWriter writer)
    {
        writer.Number(_first);
        writer.Number(_second);
        writer.Number(_third);
    }

    /// <summary>The day of an instant alone.</summary>
    public static ActiveDays Of(long instant)
    {
        var days = default(ActiveDays);
        days.Add(instant);
        return days;
    }

    /// <param name="newest">The instant of the newest event.</param>
    public static ActiveDays Read(ref FigureReader reader, long newest)
    {
        var days = new ActiveDays { _newest = (int)(newest / Instants.Day), _first = reader.Number(), _second = reader.Number() };
        days._third = reader.Number();
        return days;
    }

    private readonly bool Has(int ago) =>
        (((ago / Bits) switch { 0 => _first, 1 => _second, _ => _third }) >> (ago % Bits) & 1) != 0;

    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    private ref ulong Word(int ago)
    {
        if (ago < Bits) return ref _first;
        if (ago < 2 * Bits) return ref _second;
        return ref _third;
    }

    private void Shift(int days)
    {
        for (; days >= Bits; days -= Bits)
        {
            (_first, _second, _third) = (0, _first, _second);
            if (BitOperations.PopCount(_second) + BitOperations.PopCount(_third) == 0) return;
        }

        if (days == 0) return;
        _third = (_third << days) | (_second >> (Bits - days));
        _second = (_second << days) | (_first >> (Bits - days));
        _first <<= days;
    }
}
