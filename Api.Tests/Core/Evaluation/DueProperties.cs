using HealthApi.Api.Tests.Core.Scoring;
using HealthApi.Api.Tests.Core.Signals;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Scoring;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Evaluation;

/// <summary>For any model and any rules, an account is due no later than the instant at which time alone changes its standing.</summary>
internal sealed class DueProperties
{
    private const int Steps = 12;

    private static readonly ChurnRuleSet[] Rules = [TestPolicies.OddDays, BuiltInChurnRules.Default, BuiltInChurnRules.Former];

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories), typeof(ScoringArbitraries)], MaxTest = 300)]
    public void Time_alone_does_not_change_a_standing_before_the_account_is_due(AccountHistory history, HealthModel model) =>
        Walk(history, TestPolicies.Of(model, Rules[history.Seed % Rules.Length]));

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 300)]
    public void Time_alone_does_not_change_a_standing_by_a_built_in_model_before_the_account_is_due(AccountHistory history) =>
        Walk(history, BuiltIn(history));

    [FsCheck.NUnit.Property(Arbitrary = [typeof(CrowdedDays)], MaxTest = 100)]
    public void Time_alone_does_not_change_a_standing_before_the_account_is_due_after_a_crowded_day(AccountHistory history) =>
        Walk(history, BuiltIn(history));

    private static EvaluationPolicy BuiltIn(AccountHistory history) => TestPolicies.Of(
        BuiltInModels.All[history.Seed % BuiltInModels.All.Count], Rules[history.Seed / BuiltInModels.All.Count % Rules.Length]);

    private static void Walk(AccountHistory history, EvaluationPolicy policy)
    {
        var (figures, memory) = (FoldProperties.Fold(history.Events), AccountMemory.Empty);
        var (asOf, random) = (history.AsOf, new Random(history.Seed));
        for (var step = 0; step < Steps; step++)
        {
            var evaluation = AccountEvaluator.Evaluate(figures, history.Account, history.AsOf, memory, policy, asOf);
            memory = evaluation.Memory;
            var end = evaluation.DueAt ?? asOf.AddDays(500);
            Assert.That(end, Is.GreaterThan(asOf), "the due time is later than the evaluation");
            var between = asOf.AddMicroseconds(Math.Floor((end - asOf).TotalMicroseconds * random.NextDouble()));
            foreach (var sample in (DateTimeOffset[])[between, end.AddMicroseconds(-1)])
            {
                var then = AccountEvaluator.Evaluate(figures, history.Account, history.AsOf, memory, policy, sample);
                var message = $"at {sample:O}, evaluated at {asOf:O}, due at {end:O}";
                Assert.That(Judged(then.Standing), Is.EqualTo(Judged(evaluation.Standing)), message);
                Assert.That((then.Crossings.Count, then.Notices.Count, then.Alerts.Count), Is.EqualTo((0, 0, 0)), message);
                Assert.That(then.Memory.Indicators, Is.EquivalentTo(memory.Indicators), message);
            }

            asOf = end;
        }
    }

    /// <summary>Everything about a standing that is stored, listed or compared.</summary>
    private static string Judged(AccountStanding standing) => string.Join(' ',
        [
            standing.Health.Score, standing.Health.Category, standing.IsCovered, standing.Risk.Score, standing.Risk.Level,
            string.Join(',', standing.Risk.Indicators.Select(indicator => indicator.Id)), standing.Disagrees, standing.Segment,
            standing.Phase, standing.Account.Arr, standing.Account.Mrr, standing.Account.Licences, standing.Account.RenewalDate,
            standing.Account.ChurnedAt,
        ]);
}
