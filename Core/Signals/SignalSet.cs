namespace HealthApi.Core.Signals;

/// <summary>
/// The signals of one account at one instant: a value (or missing) for every signal, and the time of its newest evidence.
/// </summary>
public sealed class SignalSet
{
    private static readonly int Count = Enum.GetValues<Signal>().Length;
    private readonly SignalValue[] _values = new SignalValue[Count];
    private readonly DateTimeOffset?[] _evidence = new DateTimeOffset?[Count];

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
    }
}
