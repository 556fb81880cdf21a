using System.Collections.Frozen;
using FsCheck;
using FsCheck.Fluent;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Tests.Core.Scoring;

/// <summary>Random signals and random (valid) models.</summary>
public static class ScoringArbitraries
{
    public static Arbitrary<SignalSet> Signals() => Arb.From(
        from values in Gen.CollectToArray(SignalCatalogue.All, Value)
        select Fill(values));

    public static Arbitrary<HealthModel> Models() => Arb.From(
        from count in Gen.Choose(1, 6)
        from components in Gen.CollectToArray(Enumerable.Range(0, count), Component)
        from missing in Missing
        select new HealthModel
        {
            Id = "random",
            Name = "Random",
            Missing = missing,
            Components = [.. components],
            Categories = [new("good", 80, true, ""), new("fair", 40, false, ""), new("bad", null, true, "")],
        });

    private static Gen<double> Points => Gen.Choose(0, 1_000).Select(points => points / 10.0);

    private static Gen<double> Weight => Gen.Choose(1, 10_000).Select(weight => weight / 100.0);

    private static Gen<MissingPolicy> Missing => Gen.OneOf(
        Gen.Constant(MissingPolicy.Renormalise), Gen.Constant(MissingPolicy.Zero), Points.Select(MissingPolicy.Points));

    private static Gen<SignalValue> Value(SignalDefinition definition) => Gen.Frequency(
        (1, Gen.Constant(SignalValue.Missing)),
        (3, Present(definition)));

    private static Gen<SignalValue> Present(SignalDefinition definition) => definition.Kind switch
    {
        SignalKind.Flag => Gen.Elements(true, false).Select(SignalValue.Of),
        SignalKind.Word => Gen.Elements(definition.Words!.ToArray()).Select(SignalValue.Of),
        _ => Gen.Choose(-10_000, 10_000).Select(number => SignalValue.Of(number / 97.0)),
    };

    private static SignalSet Fill(SignalValue[] values)
    {
        var signals = new SignalSet();
        for (var i = 0; i < values.Length; i++)
        {
            signals[(Signal)i] = values[i];
        }

        return signals;
    }

    private static Gen<HealthComponent> Component(int index) =>
        from weight in Weight
        from aggregate in Gen.Elements(Aggregate.Mean, Aggregate.Min)
        from count in Gen.Choose(1, 4)
        from signals in Gen.Shuffle(SignalCatalogue.All.ToArray())
        from measures in Gen.CollectToArray(signals.Take(count), Measure)
        select new HealthComponent($"c{index}", weight, aggregate, [.. measures]);

    private static Gen<HealthMeasure> Measure(SignalDefinition signal) =>
        from weight in Weight
        from own in Gen.Elements(true, false)
        from missing in Missing
        from normaliser in NormaliserOf(signal)
        select new HealthMeasure(signal.Signal, normaliser, weight, own ? missing : null);

    private static Gen<Normaliser> NormaliserOf(SignalDefinition signal) => signal.Kind switch
    {
        SignalKind.Flag => from yes in Points from no in Points select (Normaliser)new FlagNormaliser(yes, no),
        SignalKind.Word => from points in Points
                           from other in Points
                           select (Normaliser)new MapNormaliser(
                               new Dictionary<string, double> { [signal.Words![0]] = points }.ToFrozenDictionary(), other),
        _ => Gen.OneOf(Linear, Bands),
    };

    private static Gen<Normaliser> Linear =>
        from @from in Gen.Choose(-100, 100)
        from length in Gen.Choose(1, 100)
        from falling in Gen.Elements(true, false)
        select (Normaliser)new LinearNormaliser(@from, falling ? @from - length : @from + length);

    private static Gen<Normaliser> Bands =>
        from top in Gen.Choose(-50, 100)
        from high in Points
        from low in Points
        from other in Points
        select (Normaliser)new BandsNormaliser([new(Operator.GreaterOrEqual, top, high), new(Operator.Greater, top - 7.5, low)], other);
}
