namespace HealthApi.Core.Signals;

/// <summary>
/// A use of a signal by a model or by rules. Two values make no difference to the use if <see cref="Effect"/> gives the same number for
/// both. It is never called for a missing value.
/// </summary>
public sealed record SignalUse(Signal Signal, Func<SignalValue, double> Effect)
{
    /// <summary>
    /// The numbers, at six decimals, from one of which to the next the effect is the same; null where it may change anywhere.
    /// </summary>
    public IReadOnlyList<double>? Bounds { get; init; }

    /// <summary>Whether the effect also changes between the lowest and the highest of the bounds.</summary>
    public bool Slopes { get; init; }
}

/// <summary>A range of numbers, without its ends, in which all effects of a signal are the same.</summary>
/// <param name="IsEverything">Whether the signal is not used, so that its value makes no difference.</param>
internal readonly record struct Plateau(double Low, double High, bool IsEverything = false)
{
    public static Plateau Nothing { get; } = new(double.PositiveInfinity, double.NegativeInfinity);

    public bool Holds(SignalValue value) => IsEverything || (!value.IsMissing && value.Number > Low && value.Number < High);
}

/// <summary>
/// The signals that an account is judged by, and what each of their values does to the judgement. An account need not be evaluated for a
/// change of any other signal, nor for one without an effect (docs/decisions/0035-due-times.md).
/// </summary>
public sealed class SignalUses
{
    /// <summary>Bounds are compared at six decimals: a number this far from a bound is on the same side of it when it is rounded.</summary>
    private const double Margin = 1e-6;

    private static readonly int Count = Enum.GetValues<Signal>().Length;

    /// <summary>The uses of each signal; null if the signal is not used.</summary>
    private readonly SignalUse[]?[] _uses = new SignalUse[Count][];

    private readonly bool _every;

    /// <param name="uses">All uses of all signals.</param>
    /// <param name="days">The steps of day-counting signals that matter.</param>
    public SignalUses(IEnumerable<SignalUse> uses, DaySteps days)
    {
        Days = days;
        foreach (var signal in uses.GroupBy(use => use.Signal)) _uses[(int)signal.Key] = [.. signal];
    }

    private SignalUses(DaySteps days) => (Days, _every) = (days, true);

    /// <summary>The steps of day-counting signals that matter.</summary>
    public DaySteps Days { get; }

    /// <summary>Nothing is used except the steps on which other signals depend.</summary>
    public static SignalUses None { get; } = new([], DaySteps.None);

    /// <summary>Every signal is used and every change of a value counts, except for days between the steps.</summary>
    public static SignalUses Every(DaySteps days) => new(days);

    /// <summary>Whether one of the signals is used.</summary>
    internal bool Any(params ReadOnlySpan<Signal> signals)
    {
        foreach (var signal in signals)
            if (_every || _uses[(int)signal] is not null) return true;
        return false;
    }

    /// <summary>Whether the judgement is the same with both values of the signal.</summary>
    internal bool IsSame(Signal signal, SignalValue one, SignalValue other)
    {
        if (one == other || (!_every && _uses[(int)signal] is null)) return true;
        if (_every || one.IsMissing || other.IsMissing) return false;
        foreach (var use in _uses[(int)signal]!)
            if (!use.Effect(one).Equals(use.Effect(other))) return false;
        return true;
    }

    /// <summary>A range around a number in which the judgement is the same; quicker to look at than the effects.</summary>
    internal Plateau PlateauAround(Signal signal, SignalValue value)
    {
        if (!_every && _uses[(int)signal] is null) return new Plateau(0, 0, IsEverything: true);
        if (_every || value.IsMissing || value.Kind != SignalKind.Number) return Plateau.Nothing;
        var (low, high) = (double.NegativeInfinity, double.PositiveInfinity);
        foreach (var use in _uses[(int)signal]!)
        {
            if (use.Bounds is null || (use.Slopes && value.Number > use.Bounds.Min() && value.Number < use.Bounds.Max()))
                return Plateau.Nothing;
            foreach (var bound in use.Bounds)
            {
                if (bound <= value.Number + Margin) low = Math.Max(low, bound);
                if (bound >= value.Number - Margin) high = Math.Min(high, bound);
            }
        }

        return new Plateau(low + Margin, high - Margin);
    }

    /// <summary>Whether the judgement is the same with both sets.</summary>
    internal bool AreSame(SignalSet one, SignalSet other)
    {
        for (var signal = 0; signal < Count; signal++)
            if (!IsSame((Signal)signal, one[(Signal)signal], other[(Signal)signal])) return false;
        return true;
    }
}
