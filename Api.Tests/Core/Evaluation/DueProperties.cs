using HealthApi.Api.Tests.Core.Scoring;
using HealthApi.Api.Tests.Core.Signals;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Scoring;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Evaluation;

/// <summary>For any model and any rules, an account is due no later than the instant at which time alone changes its standing.</summary>
internal sealed class DueProperties
{
    private const int Steps = 12;

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories), typeof(ScoringArbitraries)], MaxTest = 300)]
    public void Time_alone_does_not_change_a_standing_before_the_account_is_due(AccountHistory history, HealthModel model)
    {
        var (policy, figures) = (TestPolicies.Of(model, TestPolicies.OddDays), FoldProperties.Fold(history.Events));
        var (asOf, random) = (history.AsOf, new Random(history.Seed));
        for (var step = 0; step < Steps; step++)
        {
            var evaluation = AccountEvaluator.Evaluate(figures, history.Account, history.AsOf, AccountMemory.Empty, policy, asOf);
            var end = evaluation.DueAt ?? asOf.AddDays(500);
            Assert.That(end, Is.GreaterThan(asOf), "the due time is later than the evaluation");
            var between = asOf.AddMicroseconds(Math.Floor((end - asOf).TotalMicroseconds * random.NextDouble()));
            foreach (var sample in (DateTimeOffset[])[between, end.AddMicroseconds(-1)])
            {
                var standing = AccountEvaluator.Stand(figures, history.Account, policy, sample);
                Assert.That(
                    (standing.Health.Score, standing.Risk.Score, standing.Phase),
                    Is.EqualTo((evaluation.Standing.Health.Score, evaluation.Standing.Risk.Score, evaluation.Standing.Phase)),
                    $"at {sample:O}, evaluated at {asOf:O}, due at {end:O}");
            }

            asOf = end;
        }
    }
}
