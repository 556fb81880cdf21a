using HealthApi.Core.Explaining;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Explaining;

internal sealed class RollUpTests
{
    private static readonly RollUpMember[] Members =
        [new("a", null, 90, 300), new("b", "a", 30, 100), new("c", "a", null, 900), new("d", "b", 60, null)];

    [TestCase(RollUpMethod.Worst, 30)]
    [TestCase(RollUpMethod.Average, 60)]
    [TestCase(RollUpMethod.ArrWeighted, 75)]
    public void Members_without_a_score_are_left_out_and_those_without_ARR_have_no_weight(RollUpMethod method, double expected) =>
        Assert.That(RollUp.Score(method, Members), Is.EqualTo(expected));

    [Test]
    public void Without_any_score_there_is_no_roll_up([Values] RollUpMethod method) =>
        Assert.That(RollUp.Score(method, [Members[2]]), Is.Null);
}
