using System.Collections.Immutable;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Churn;

/// <summary>
/// A condition on signals, from a closed set of comparisons. For a missing signal every comparison is false; only
/// <see cref="MissingCondition"/> holds.
/// </summary>
public abstract record Condition
{
    private protected Condition()
    {
    }

    public abstract bool Holds(SignalSet signals);

    /// <summary>The values of all signals that the condition names, without missing ones.</summary>
    public IReadOnlyDictionary<Signal, SignalValue> Evidence(SignalSet signals)
    {
        var evidence = new Dictionary<Signal, SignalValue>();
        AddEvidence(signals, evidence);
        return evidence;
    }

    internal abstract void AddEvidence(SignalSet signals, Dictionary<Signal, SignalValue> evidence);
}

/// <summary>
/// Compares one signal with a value of the same kind: numbers rounded to six decimals; flags and words only for equality.
/// </summary>
public sealed record SignalCondition(Signal Signal, Operator Operator, SignalValue Value) : Condition
{
    /// <summary>A number is rounded to six decimals, as every bound is.</summary>
    public SignalValue Value { get; init => field = Rounded(value); } = Rounded(Value);

    public override bool Holds(SignalSet signals) => Holds(signals[Signal]);

    /// <summary>Whether the comparison holds for a value of the signal.</summary>
    internal bool Holds(SignalValue value)
    {
        if (value.IsMissing || value.Kind != Value.Kind)
        {
            return false;
        }

        return value.Kind == SignalKind.Word
            ? value.Word == Value.Word == (Operator == Operator.Equal)
            : Operator.Holds(Rounding.ForBounds(value.Number), Value.Number);
    }

    internal override void AddEvidence(SignalSet signals, Dictionary<Signal, SignalValue> evidence)
    {
        if (!signals[Signal].IsMissing)
        {
            evidence[Signal] = signals[Signal];
        }
    }

    private static SignalValue Rounded(SignalValue value)
        => value is { IsMissing: false, Kind: SignalKind.Number } ? SignalValue.Of(Rounding.ForBounds(value.Number)) : value;
}

/// <summary>Holds if a signal is missing.</summary>
public sealed record MissingCondition(Signal Signal) : Condition
{
    /// <summary>The operator's text in documents.</summary>
    public const string Symbol = "missing";

    public override bool Holds(SignalSet signals) => signals[Signal].IsMissing;

    internal override void AddEvidence(SignalSet signals, Dictionary<Signal, SignalValue> evidence)
    {
        if (!signals[Signal].IsMissing)
        {
            evidence[Signal] = signals[Signal];
        }
    }
}

/// <summary>Holds if every part holds.</summary>
public sealed record AllCondition(ImmutableArray<Condition> Parts) : Condition
{
    public override bool Holds(SignalSet signals)
    {
        foreach (var part in Parts)
        {
            if (!part.Holds(signals))
            {
                return false;
            }
        }

        return true;
    }

    internal override void AddEvidence(SignalSet signals, Dictionary<Signal, SignalValue> evidence)
    {
        foreach (var part in Parts)
        {
            part.AddEvidence(signals, evidence);
        }
    }
}

/// <summary>Holds if at least one part holds.</summary>
public sealed record AnyCondition(ImmutableArray<Condition> Parts) : Condition
{
    public override bool Holds(SignalSet signals)
    {
        foreach (var part in Parts)
        {
            if (part.Holds(signals))
            {
                return true;
            }
        }

        return false;
    }

    internal override void AddEvidence(SignalSet signals, Dictionary<Signal, SignalValue> evidence)
    {
        foreach (var part in Parts)
        {
            part.AddEvidence(signals, evidence);
        }
    }
}
