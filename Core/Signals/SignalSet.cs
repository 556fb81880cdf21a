using HealthApi.Core.Signals.Figures;
using HealthApi.Core.Signals.Shifts;

namespace HealthApi.Core.Signals;

/// <summary>
/// The signals of one account at one instant: a value (or missing) for every signal, and the time of its newest evidence.
/// </summary>
public sealed class SignalSet
{
    private static readonly int Count = Enum.GetValues<Signal>().Length;
    private readonly SignalValue[] _values = new SignalValue[Count];
    private readonly DateTimeOffset?[] _evidence = new DateTimeOffset?[Count];

    /// <summary>The totals from which the shift signals were derived, and the instant.</summary>
    private DailySums? _usage, _openings, _escalations;
    private long _asOf;

    public SignalValue this[Signal signal]
    {
        get => _values[(int)signal];
        set => _values[(int)signal] = value;
    }

    /// <summary>The time of the signal's newest evidence; null if there is none.</summary>
    public DateTimeOffset? EvidenceAt(Signal signal) => _evidence[(int)signal];

    public void Set(Signal signal, SignalValue value, DateTimeOffset? evidenceAt = null)
    {
        _values[(int)signal] = value;
        _evidence[(int)signal] = evidenceAt;
    }

    /// <summary>
    /// The numbers behind a shift signal or its grade; null for any other signal, where it is missing, and where the signals were given
    /// instead of derived. Ask before events are applied to the figures from which the set was derived.
    /// </summary>
    public ShiftDetail? Shift(Signal signal) => DaysOf(signal) is { } days && !this[signal].IsMissing
        ? ShiftDetail.Of(days.ReadingAt(_asOf)) : null;

    /// <summary>Whether a shift has become the account's new level since an instant.</summary>
    public bool HasSettledSince(DateTimeOffset since)
    {
        var first = (int)(Instants.Of(since) / Instants.Day);
        return IsSince(_usage) || IsSince(_openings) || IsSince(_escalations);

        bool IsSince(DailySums? days) => days?.MarkAt(_asOf).SettledOn >= first;
    }

    internal void SetShifts(DailySums usage, DailySums openings, DailySums escalations, long asOf) =>
        (_usage, _openings, _escalations, _asOf) = (usage, openings, escalations, asOf);

    private DailySums? DaysOf(Signal signal) => signal switch
    {
        Signal.UsageShift or Signal.UsageShiftGrade => _usage,
        Signal.TicketShift or Signal.TicketShiftGrade => _openings,
        Signal.EscalationShift or Signal.EscalationShiftGrade => _escalations,
        _ => null,
    };

    /// <summary>A copy that contains only the signals for which <paramref name="kept"/> is true; the others are missing.</summary>
    public SignalSet Where(Func<Signal, bool> kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        var copy = new SignalSet();
        foreach (var definition in SignalCatalogue.All.Where(definition => kept(definition.Signal)))
            copy.Set(definition.Signal, this[definition.Signal], EvidenceAt(definition.Signal));
        return copy;
    }

    /// <summary>Makes every signal missing, so that the set can be reused for another account.</summary>
    public void Clear()
    {
        Array.Clear(_values);
        Array.Clear(_evidence);
        _usage = _openings = _escalations = null;
    }
}
