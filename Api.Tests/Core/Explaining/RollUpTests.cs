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
    public void What_is_missing_is_left_out(RollUpMethod method, double expected) =>
        Assert.That(RollUp.Score(method, Members), Is.EqualTo(expected));

    [Test]
    public void Nobody_with_a_score_is_no_score([Values] RollUpMethod method) => Assert.That(RollUp.Score(method, [Members[2]]), Is.Null);
}
