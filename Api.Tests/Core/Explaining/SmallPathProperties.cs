using System.Collections.Frozen;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.NUnit;
using HealthApi.Core.Explaining;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Explaining;

/// <summary>
/// Small models: few signals with few values, most of them measured in several components and in opposite directions. All combinations can
/// be tried, and the path must be as short as the shortest.
/// </summary>
[Properties(Arbitrary = [typeof(SmallPathProperties)], MaxTest = 300, QuietOnSuccess = true)]
internal sealed class SmallPathProperties
{
    private const int Highest = 6;

    private static readonly Signal[] Pool =
        [Signal.LoginDays30, Signal.Tickets30, Signal.MissedQbrs365, Signal.ReferenceAgreed, Signal.PaymentStatus];

    public static Arbitrary<Case> Cases() => Arb.From(
        from components in Gen.Choose(1, 4).SelectMany(count => Gen.CollectToArray(Enumerable.Range(0, count), Component))
        from missing in Missing
        from values in Gen.CollectToArray(
            Pool, signal => Gen.Frequency((1, Gen.Constant(SignalValue.Missing)), (4, Gen.Elements(ValuesOf(signal)))))
        from bound in Gen.Choose(20, 95)
        select new Case(
            new HealthModel
            {
                Id = "small",
                Name = "Small",
                Missing = missing,
                Components = [.. components],
                Categories = [new("good", bound, true, ""), new("bad", null, true, "")],
            },
            values));

    [FsCheck.NUnit.Property]
    public void No_combination_with_fewer_changed_signals_reaches_the_category(Case given)
    {
        var search = PathFinder.Find(given.Model, given.Signals(given.Present), "good");
        Assert.That((search.IsFewest, search.IsLeastEffort), Is.EqualTo((true, true)), "models of this size are searched completely");
        Assert.That(
            search.Path?.Steps.Count, Is.EqualTo(given.All().Where(given.Reaches).Min(values => (int?)given.Changes(values))),
            given.ToString());
    }

    [FsCheck.NUnit.Property]
    public void A_path_of_one_step_changes_the_fewest_points(Case given)
    {
        if (given.IsShared || PathFinder.Find(given.Model, given.Signals(given.Present), "good").Path is not { Steps: [var step] }) return;
        SignalValue[] changed = [.. given.Present.Select((value, index) => Pool[index] == step.Signal ? step.Target : value)];
        var least = given.All().Where(values => given.Changes(values) == 1 && given.Reaches(values)).Min(given.Effort);
        Assert.That(given.Effort(changed), Is.EqualTo(least).Within(1e-9), given.ToString());
    }

    private static SignalValue[] ValuesOf(Signal signal) => signal switch
    {
        Signal.ReferenceAgreed => [SignalValue.Of(false), SignalValue.Of(true)],
        Signal.PaymentStatus => [.. SignalCatalogue.Get(signal).Words!.Select(SignalValue.Of)],
        _ => [.. Enumerable.Range(0, Highest + 1).Select(value => SignalValue.Of(value))],
    };

    private static Gen<double> Points => Gen.Choose(0, 20).Select(points => points * 5.0);

    private static Gen<MissingPolicy> Missing => Gen.Frequency(
        (3, Gen.Constant(MissingPolicy.Renormalise)), (1, Gen.Constant(MissingPolicy.Zero)), (1, Points.Select(MissingPolicy.Points)));

    private static Gen<HealthComponent> Component(int index) =>
        from weight in Gen.Choose(1, 5)
        from aggregate in Gen.Elements(Aggregate.Mean, Aggregate.Min)
        from count in Gen.Choose(1, 3)
        from signals in Gen.Shuffle(Pool)
        from measures in Gen.CollectToArray(signals.Take(count), Measure)
        select new HealthComponent($"c{index}", weight, aggregate, [.. measures]);

    private static Gen<HealthMeasure> Measure(Signal signal) =>
        from weight in Gen.Choose(1, 3)
        from own in Gen.Elements(true, false)
        from missing in Missing
        from normaliser in NormaliserOf(signal)
        select new HealthMeasure(signal, normaliser, weight, own ? missing : null);

    private static Gen<Normaliser> NormaliserOf(Signal signal) => signal switch
    {
        Signal.ReferenceAgreed => from yes in Points from no in Points select (Normaliser)new FlagNormaliser(yes, no),
        Signal.PaymentStatus => from current in Points
                                from late in Points
                                from other in Points
                                select (Normaliser)new MapNormaliser(
                                    new Dictionary<string, double> { ["current"] = current, ["late"] = late }.ToFrozenDictionary(), other),
        _ => Gen.OneOf(Linear, Bands),
    };

    /// <summary>
    /// The ends are multiples of 0.5. They do not exceed <see cref="Highest"/>, because the exhaustive search tries no higher value.
    /// </summary>
    private static Gen<Normaliser> Linear =>
        from @from in Gen.Choose(0, 2 * Highest)
        from to in Gen.Choose(0, 2 * Highest).Where(to => to != @from)
        select (Normaliser)new LinearNormaliser(@from / 2.0, to / 2.0);

    private static Gen<Normaliser> Bands =>
        from top in Gen.Choose(5, (2 * Highest) - 2)
        from below in Gen.Choose(1, 4)
        from strict in Gen.Elements(Operator.Greater, Operator.GreaterOrEqual)
        from high in Points
        from low in Points
        from other in Points
        select (Normaliser)new BandsNormaliser(
            [new(strict, top / 2.0, high), new(Operator.GreaterOrEqual, (top - below) / 2.0, low)], other);

    internal sealed record Case(HealthModel Model, SignalValue[] Present)
    {
        public bool IsShared =>
            Model.Components.SelectMany(component => component.Measures).GroupBy(measure => measure.Signal).Any(group => group.Count() > 1);

        public SignalSet Signals(SignalValue[] values)
        {
            var signals = new SignalSet();
            for (var index = 0; index < Pool.Length; index++) signals[Pool[index]] = values[index];
            return signals;
        }

        public bool Reaches(SignalValue[] values) => HealthScorer.Score(Model, Signals(values), false).Category == "good";

        public int Changes(SignalValue[] values) => values.Zip(Present).Count(pair => pair.First != pair.Second);

        public double Effort(SignalValue[] values) => Model.Components.SelectMany(component => component.Measures).Sum(measure =>
        {
            var (now, then) = (Present[Array.IndexOf(Pool, measure.Signal)], values[Array.IndexOf(Pool, measure.Signal)]);
            var before = now.IsMissing ? 0 : measure.Normaliser.Points(now);
            return now == then ? 0 : Math.Abs(measure.Normaliser.Points(then) - before);
        });

        /// <summary>Every combination of values, including the present one.</summary>
        public IEnumerable<SignalValue[]> All() =>
            Pool.Select((signal, index) => ValuesOf(signal).Append(Present[index]).Distinct().ToArray()).Aggregate(
                (IEnumerable<SignalValue[]>)[[]],
                    (chosen, values) => chosen.SelectMany(before => values.Select(value => (SignalValue[])[.. before, value])));

        public override string ToString() => string.Join('\n', Model.Components.SelectMany(component => component.Measures.Select(measure =>
            $"{component.Id} {component.Weight} {component.Aggregate}: {measure.Signal} {measure.Weight} "
                + $"{measure.Missing ?? Model.Missing} is {Present[Array.IndexOf(Pool, measure.Signal)].ToObject()} by "
                + $"{measure.Normaliser}")));
    }
}
