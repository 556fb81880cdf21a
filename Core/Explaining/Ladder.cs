using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>The target values of a measure's signal, in order of their points; the last gives the most points that are possible.</summary>
internal abstract record Ladder
{
    public abstract long Count { get; }

    public abstract SignalValue this[long rung] { get; }

    /// <summary>The value with the most points that is nearest to the present one.</summary>
    public SignalValue Best => this[Count - 1];

    /// <summary>The values with more points than the present one, or all if it is missing; empty if no value is better.</summary>
    public static Ladder Of(HealthMeasure measure, SignalValue present)
    {
        var definition = SignalCatalogue.Get(measure.Signal);
        return measure.Normaliser is LinearNormaliser line ? new LinearLadder(line, definition, present)
            : new ListLadder(measure.Normaliser, definition, present);
    }
}

/// <summary>The values of a linear normaliser, step by step.</summary>
internal sealed record LinearLadder : Ladder
{
    private const int Decimals = 3;
    private readonly double _start, _best, _step;
    private readonly long _first;

    public LinearLadder(LinearNormaliser line, SignalDefinition definition, SignalValue present)
    {
        var (step, rising) = (TargetValues.StepOf(definition), line.To > line.From);
        var low = TargetValues.Within(definition, Rounded(line.From, step, !rising));
        _best = TargetValues.Within(definition, Rounded(line.To, step, rising));
        _start = present.IsMissing ? low : Math.Clamp(Rounded(present.Number, step, !rising), Math.Min(low, _best), Math.Max(low, _best));
        _step = rising ? step : -step;

        // The present value itself is not a target. If it is missing, the lowest value is one.
        _first = present.IsMissing ? 0 : 1;
        var better = present.IsMissing || line.Points(SignalValue.Of(_best)) > line.Points(present);
        Count = better ? Math.Max((long)Math.Ceiling(Math.Round(Math.Abs(_best - _start) / step, Decimals)) - _first + 1, 1) : 0;
    }

    public override long Count { get; }

    public override SignalValue this[long rung] =>
        SignalValue.Of(rung >= Count - 1 ? _best : Math.Round(_start + ((rung + _first) * _step), Decimals));

    private static double Rounded(double value, double step, bool up) =>
        Math.Round(
            (up ? Math.Ceiling(Math.Round(value / step, Decimals)) : Math.Floor(Math.Round(value / step, Decimals))) * step, Decimals);
}

/// <summary>
/// The values of bands, words and flags: for each distinct number of points, the value nearest to the present one, or nearest to the worst
/// value if the present one is missing.
/// </summary>
internal sealed record ListLadder : Ladder
{
    private readonly SignalValue[] _rungs;

    public ListLadder(Normaliser normaliser, SignalDefinition definition, SignalValue present)
    {
        var all = TargetValues.Of(definition, [normaliser]).Select(value => (Value: value, Points: normaliser.Points(value))).ToList();
        var reference = present.IsMissing ? all.MinBy(candidate => candidate.Points).Value : present;
        _rungs = [.. all.Where(candidate => present.IsMissing || candidate.Points > normaliser.Points(present))
            .GroupBy(candidate => candidate.Points).OrderBy(group => group.Key)
            .Select(group => group.MinBy(candidate => Math.Abs(candidate.Value.Number - reference.Number)).Value)];
    }

    public override long Count => _rungs.Length;

    public override SignalValue this[long rung] => _rungs[rung];
}
