using HealthApi.Benchmarks.Micro;
using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Benchmarks.Scale;

/// <summary>Follows the due times of an account in process: each evaluation names the next.</summary>
internal static class DueTimes
{
    private const int Days = 30, EventsOfUser = 20;

    /// <summary>How often an account with this many users is evaluated on a day without events, after thirty days of use.</summary>
    public static int OfADay(int users)
    {
        var (figures, random) = (new AccountFigures(), new Random(18));
        for (var number = 0; number < users * EventsOfUser; number++)
        {
            var at = Core.Primitives.Instant.Truncate(Samples.Now.AddDays(-random.NextDouble() * Days));
            var data = $"\"userId\":\"user-{number % users}\",\"feature\":\"feature-{number % 12}\"";
            var json = $$"""
                {"id":"due-{{number}}","type":"usage.feature_used","accountId":"due","occurredAt":"{{at:O}}","data":{ {{data}} } }
                """;
            figures.Apply(EventReader.Open(EventReader.Read(System.Text.Encoding.UTF8.GetBytes(json), Samples.Context).Envelope!));
        }

        var policy = new EvaluationPolicy(new ModelRegistry(), BuiltInChurnRules.Default, SegmentPolicy.Default, []);
        return Count(figures, policy);
    }

    private static int Count(AccountFigures figures, EvaluationPolicy policy)
    {
        var (memory, evaluations, end) = (AccountMemory.Empty, 0, Samples.Now.AddDays(1));
        for (DateTimeOffset? due = Samples.Now; due < end; evaluations++)
        {
            var at = due.Value;
            var evaluation = AccountEvaluator.Evaluate(figures, Samples.Account, Samples.Now.AddDays(-400), memory, policy, at);
            (memory, due) = (evaluation.Memory, evaluation.DueAt <= at ? at.AddSeconds(1) : evaluation.DueAt);
        }

        return evaluations - 1;
    }
}
