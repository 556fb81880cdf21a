using FsCheck.Fluent;
using HealthApi.Core.Primitives;
using HealthApi.Core.Thresholds;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Evaluation;

/// <summary>
/// Properties of the crossings on any path of an account's score and risk, with margins, dwells, gaps without a score, thresholds that are
/// added and removed, and changes of the model.
/// </summary>
internal sealed class MoveProperties
{
    [FsCheck.NUnit.Property(MaxTest = 400, QuietOnSuccess = true)]
    public FsCheck.Property Passed_bounds_lie_between_the_two_scores_in_passing_order() => Prop.ForAll(Paths().ToArbitrary(), path =>
    {
        foreach (var crossing in new MovingAccount(path).Crossings)
        {
            var (from, to, falls) = (crossing.From.Score, crossing.To.Score!.Value, crossing.Direction != CrossingDirection.Rising);
            var passed = crossing.Passed.Select(id => MovingAccount.Bounds[id]).ToList();
            Assert.That(passed, falls ? Is.Ordered.Descending : Is.Ordered.Ascending, crossing.ToString());
            Assert.That((crossing.Passed[^1], passed[^1]), Is.EqualTo((crossing.Threshold, crossing.Bound)), "names the outermost bound");
            Assert.That(crossing.Passed, Is.Unique);
            if (from is not { } began) Assert.That(crossing.Direction, Is.EqualTo(CrossingDirection.Entered), crossing.ToString());
            else if (falls) Assert.That(passed, Is.All.LessThanOrEqualTo(began).And.All.GreaterThan(to), crossing.ToString());
            else Assert.That(passed, Is.All.GreaterThan(began).And.All.LessThanOrEqualTo(to), crossing.ToString());
        }
    });

    [FsCheck.NUnit.Property(MaxTest = 400, QuietOnSuccess = true)]
    public FsCheck.Property A_recovery_resolves_exactly_the_open_crossings_of_its_bounds() => Prop.ForAll(Paths().ToArbitrary(), path =>
    {
        var open = new Dictionary<string, string>();
        foreach (var turn in new MovingAccount(path).Turns)
        {
            foreach (var crossing in turn.Crossings)
            {
                var worse = crossing.Direction != (crossing.Metric == Metric.Health ? CrossingDirection.Rising : CrossingDirection.Falling);
                var answered = crossing.Passed.Where(open.ContainsKey).Select(id => open[id]).Distinct().ToList();
                Assert.That(crossing.Resolves, Is.EqualTo(worse ? [] : answered), crossing.ToString());
                foreach (var id in crossing.Passed)
                {
                    if (worse) open[id] = crossing.Id;
                    else open.Remove(id);
                }
            }

            foreach (var id in turn.Retired) open.Remove(id);
        }
    });

    [FsCheck.NUnit.Property(MaxTest = 200, QuietOnSuccess = true)]
    public FsCheck.Property Reasons_sum_to_the_change_and_the_same_path_gives_the_same_ids() => Prop.ForAll(Paths().ToArbitrary(), path =>
    {
        var crossings = new MovingAccount(path).Crossings;
        foreach (var crossing in crossings)
        {
            Assert.That(
                crossing.Reasons.Sum(reason => reason.Change), Is.EqualTo(Shown(crossing.To) - Shown(crossing.From)), crossing.ToString());
        }

        Assert.That(
            crossings.Select(crossing => crossing.Sequence),
            Is.EqualTo(Enumerable.Range(1, crossings.Count).Select(number => (long)number)));
        Assert.That(crossings.Select(crossing => crossing.Id), Is.Unique);
        Assert.That(
            new MovingAccount(path).Crossings.Select(crossing => crossing.Id), Is.EqualTo(crossings.Select(crossing => crossing.Id)));
    });

    /// <summary>
    /// The properties do not hold vacuously: the generated paths contain crossings of every direction, and recoveries that resolve.
    /// </summary>
    [Test]
    public void Generated_paths_contain_crossings_of_every_direction_and_recoveries()
    {
        var crossings = Paths().Sample(100, 50).SelectMany(path => new MovingAccount(path).Crossings).ToList();
        Assert.That(crossings.Select(crossing => crossing.Direction).Distinct(), Is.EquivalentTo(Enum.GetValues<CrossingDirection>()));
        Assert.That(crossings.SelectMany(crossing => crossing.Resolves), Is.Not.Empty);
    }

    private static decimal Shown(Standing standing) => standing.Score is { } score ? (decimal)Rounding.ForDisplay(score) : 0;

    private static FsCheck.Gen<MoveStep[]> Paths() => Gen.OneOf(
        Gen.Choose(0, 1000).Select(tenths => new MoveStep(MoveKind.Score, tenths / 10.0)),
        Gen.Choose(0, 1000).Select(tenths => new MoveStep(MoveKind.Score, tenths / 10.0)),
        Gen.Choose(480, 520).Select(tenths => new MoveStep(MoveKind.Score, tenths / 10.0)),
        Gen.Elements(MoveKind.ChampionLeft, MoveKind.ChampionJoined, MoveKind.Competitor, MoveKind.Wait)
            .Select(kind => new MoveStep(kind, 0)),
        Gen.Choose(0, 3).Select(model => new MoveStep(MoveKind.Model, model)),
        Gen.Choose(0, 3).Select(threshold => new MoveStep(MoveKind.Threshold, threshold))).ArrayOf();
}
