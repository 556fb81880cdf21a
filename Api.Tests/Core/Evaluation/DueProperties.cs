using HealthApi.Api.Tests.Core.Scoring;
using HealthApi.Api.Tests.Core.Signals;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Scoring;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Evaluation;

/// <summary>Whatever a model and the rules measure: an account is looked at again when time alone can change how it stands.</summary>
internal sealed class DueProperties
{
    private const int Steps = 12;

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories), typeof(ScoringArbitraries)], MaxTest = 300)]
    public void Nothing_changes_by_time_alone_before_an_account_is_due(AccountHistory history, HealthModel model)
    {
        var (policy, figures) = (TestPolicies.Of(model, TestPolicies.OddDays), FoldProperties.Fold(history.Events));
        var (asOf, random) = (history.AsOf, new Random(history.Seed));
        for (var step = 0; step < Steps; step++)
        {
            var evaluation = AccountEvaluator.Evaluate(figures, history.Account, history.AsOf, AccountMemory.Empty, policy, asOf);
            var end = evaluation.DueAt ?? asOf.AddDays(500);
            Assert.That(end, Is.GreaterThan(asOf), "it is due later");
            var between = asOf.AddMicroseconds(Math.Floor((end - asOf).TotalMicroseconds * random.NextDouble()));
            foreach (var sample in (DateTimeOffset[])[between, end.AddMicroseconds(-1)])
            {
                var standing = AccountEvaluator.Stand(figures, history.Account, policy, sample);
                Assert.That(
                    (standing.Health.Score, standing.Risk.Score, standing.Phase),
                    Is.EqualTo((evaluation.Standing.Health.Score, evaluation.Standing.Risk.Score, evaluation.Standing.Phase)),
                    $"{sample:O}, looked at {asOf:O} and due {end:O}");
            }

            asOf = end;
        }
    }
}
