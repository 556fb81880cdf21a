using FsCheck.NUnit;
using HealthApi.Api.Tests.Core.Scoring;
using HealthApi.Core.Explaining;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Explaining;

/// <summary>Compares the path finder with an exhaustive search.</summary>
[Properties(Arbitrary = [typeof(ScoringArbitraries)], MaxTest = 100, QuietOnSuccess = true)]
internal sealed class PathFinderProperties
{
    /// <summary>Enough trials for every pair of signals of most models, and for every triple of the smaller ones.</summary>
    private const int MostTrials = 10_000;

    [FsCheck.NUnit.Property]
    public void A_path_reaches_its_category_and_its_gains_sum_to_the_change_of_score(HealthModel model, SignalSet signals, bool high)
    {
        var goal = model.Categories[high ? 0 : 1].Id;
        if (PathFinder.Find(model, signals, goal).Path is not { } path) return;
        var changed = With(signals, path.Steps.Select(step => (step.Signal, step.Target)));
        var (before, after) = (HealthScorer.Score(model, signals), HealthScorer.Score(model, changed));
        Assert.That(Rank(model, after.Category), Is.LessThanOrEqualTo(Rank(model, goal)), "the steps reach the category");
        Assert.That(path.Score ?? -1, Is.EqualTo(after.Score ?? -1).Within(1e-9));
        Assert.That(
            path.Steps.Count == 0, Is.EqualTo(before.Score is not null && Rank(model, before.Category) <= Rank(model, goal)),
            "a path is empty exactly when the category is already reached");
        Assert.That(path.Steps.Sum(step => step.Gain), Is.EqualTo(path.Steps.Count == 0 ? 0 : Shown(after.Score) - Shown(before.Score)));
        Assert.That(path.Steps.Select(step => step.Signal), Is.Unique);
    }

    [FsCheck.NUnit.Property]
    public void No_smaller_set_of_signals_reaches_the_category(HealthModel model, SignalSet signals, bool high)
    {
        var goal = model.Categories[high ? 0 : 1].Id;
        var (path, isFewest, _) = PathFinder.Find(model, signals, goal);
        if (!isFewest) return;
        var all = Values(model);
        var trials = 0;
        for (var size = 1; size < (path?.Steps.Count ?? all.Count + 1); size++)
        {
            foreach (var set in Sets(all.Keys.ToList(), size))
            {
                if (trials > MostTrials) return;
                Assert.That(
                    Reaching(model, signals, set, all, goal, ref trials), Is.Null,
                    $"these are enough, but the path has {path?.Steps.Count.ToString() ?? "no"} steps\n{Describe(model, signals)}");
            }
        }
    }

    /// <summary>
    /// Returns values of these signals that reach the goal, or null. Tries every combination of the values that a normaliser distinguishes.
    /// </summary>
    private static string? Reaching(
        HealthModel model, SignalSet signals, IReadOnlyList<Signal> set, Dictionary<Signal, SignalValue[]> all, string goal, ref int trials)
    {
        IEnumerable<IReadOnlyList<(Signal, SignalValue)>> choices = [[]];
        foreach (var signal in set)
        {
            choices = choices.SelectMany(
                chosen => all[signal].Select(value => (IReadOnlyList<(Signal, SignalValue)>)[.. chosen, (signal, value)]));
        }

        foreach (var chosen in choices)
        {
            if (++trials > MostTrials) return null;
            if (HealthScorer.Score(model, With(signals, chosen), false) is { Score: not null } health
                && Rank(model, health.Category) <= Rank(model, goal))
            {
                return string.Join(", ", chosen.Select(change => $"{change.Item1} {change.Item2.ToObject()}"));
            }
        }

        return null;
    }

    private static Dictionary<Signal, SignalValue[]> Values(HealthModel model) =>
        model.Components.SelectMany(component => component.Measures).GroupBy(measure => measure.Signal)
        .ToDictionary(
            group => group.Key,
            group => group.SelectMany(measure => Values(SignalCatalogue.Get(group.Key), measure.Normaliser)).Distinct().ToArray());

    private static IEnumerable<SignalValue> Values(SignalDefinition definition, Normaliser normaliser) => normaliser switch
    {
        FlagNormaliser => [SignalValue.Of(true), SignalValue.Of(false)],
        MapNormaliser => definition.Words!.Select(SignalValue.Of),
        LinearNormaliser line => InRange(definition, line.From, line.To),
        BandsNormaliser bands => InRange(
            definition, [.. bands.Bands.SelectMany(band => new[] { band.Bound - 1, band.Bound, band.Bound + 0.0001, band.Bound + 1 })]),
        _ => [],
    };

    private static IEnumerable<SignalValue> InRange(SignalDefinition definition, params double[] values) =>
        values.Select(
            value => SignalValue.Of(
                Math.Min(Math.Max(value, definition.Minimum ?? double.MinValue), definition.Maximum ?? double.MaxValue)));

    private static IEnumerable<IReadOnlyList<Signal>> Sets(List<Signal> signals, int size)
    {
        if (size == 0) return [[]];
        return Enumerable.Range(0, signals.Count)
            .SelectMany(first => Sets(signals[(first + 1)..], size - 1).Select(rest => (IReadOnlyList<Signal>)[signals[first], .. rest]));
    }

    private static SignalSet With(SignalSet signals, IEnumerable<(Signal Signal, SignalValue Value)> changes)
    {
        var changed = new SignalSet();
        foreach (var definition in SignalCatalogue.All) changed[definition.Signal] = signals[definition.Signal];
        foreach (var (signal, value) in changes) changed[signal] = value;
        return changed;
    }

    private static string Describe(HealthModel model, SignalSet signals) =>
        $"missing {model.Missing}\n" + string.Join('\n', model.Components.SelectMany(component => component.Measures.Select(measure =>
        $"  {component.Id} {component.Weight} {component.Aggregate}: {measure.Signal} {measure.Weight} {measure.Missing} is "
            + $"{signals[measure.Signal].ToObject()} by {Describe(measure.Normaliser)}")));

    private static string Describe(Normaliser normaliser) =>
        normaliser is BandsNormaliser bands ? $"{string.Join(", ", bands.Bands)} else {bands.Else}" : normaliser.ToString();

    private static int Rank(HealthModel model, string category) => model.Categories.TakeWhile(known => known.Id != category).Count();

    private static decimal Shown(double? score) => score is { } value ? (decimal)Rounding.ForDisplay(value) : 0;
}
