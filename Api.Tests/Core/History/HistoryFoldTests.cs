using HealthApi.Api.Tests.Core.Scoring;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.History;

internal sealed class HistoryFoldTests
{
    private static readonly EvaluationPolicy Policy = new(new ModelRegistry(), BuiltInChurnRules.Default, SegmentPolicy.Default, []);

    /// <summary>The fold skips days on which nothing can change. Evaluating every day by itself must give the same standings.</summary>
    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)])]
    public void The_history_holds_the_standing_at_the_end_of_every_day(AccountHistory history) => AssertEveryDay(history, Policy);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories), typeof(ScoringArbitraries)])]
    public void The_history_holds_the_standing_at_the_end_of_every_day_for_any_model(AccountHistory history, HealthModel model) =>
        AssertEveryDay(history, TestPolicies.Of(model, TestPolicies.OddDays));

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)])]
    public void Each_day_is_evaluated_with_the_policy_in_force_on_that_day(AccountHistory history, byte daysAgo)
    {
        var other = new ModelRegistry().Assign(ModelRegistry.Fallback, new ModelAssignment(BuiltInModels.Get("playbook")!, true));
        var policy = new EvaluationPolicy(
            other, BuiltInChurnRules.Default, SegmentPolicy.Default, [])
        {
            Revision = 1,
            Since = history.AsOf.AddDays(-daysAgo),
            Before = Policy
        };
        AssertEveryDay(history, policy);
        var words = BuiltInModels.Get("playbook")!.Categories.Select(category => category.Id).Append("unknown");
        var later = new HistoryFold(null, AccountPast.Of(history.Account), policy, policy.Since.ToDay(), history.AsOf.ToDay())
            .Over(history.Log()).Complete();
        Assert.That(
            later.Select(day => day.Category).Distinct(), Is.SubsetOf(words), "from the change on, categories are those of the new model");
    }

    private static void AssertEveryDay(AccountHistory history, EvaluationPolicy policy)
    {
        HealthEvent[] events = [.. history.Events.OrderBy(happened => happened.OccurredAt)];
        var toDay = history.AsOf.ToDay();
        var replayed = new HistoryFold(null, AccountPast.Of(history.Account), policy, int.MinValue, toDay).Over(history.Log()).Complete();
        var row = -1;
        for (var day = events.Length == 0 ? toDay : events[0].OccurredAt.ToDay(); day < toDay; day++)
        {
            var standing = At(events, history.Account, policy, Instant.FromDay(day + 1) - TimeSpan.FromMicroseconds(1));
            if (row + 1 < replayed.Count && replayed[row + 1].Day == day) row++;
            Assert.That(
                (replayed[row].Score, replayed[row].Category, replayed[row].RiskScore, replayed[row].RiskLevel),
                Is.EqualTo((standing.Health.Score, standing.Health.Category, standing.Risk.Score, standing.Risk.Level)),
                $"day {day}");
        }

        Assert.That(row, Is.EqualTo(replayed.Count - 1), "every row belongs to one of the days");
    }

    private static AccountStanding At(IEnumerable<HealthEvent> events, Account account, EvaluationPolicy policy, DateTimeOffset at)
    {
        var figures = new AccountFigures();
        foreach (var happened in events.Where(happened => happened.OccurredAt <= at)) figures.Apply(happened);
        return AccountEvaluator.Stand(figures, account, policy.At(at), at);
    }
}
