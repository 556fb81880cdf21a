using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.History;

internal sealed class IndicatorOnsetProperties
{
    private static readonly TimeSpan OneMicrosecond = TimeSpan.FromMicroseconds(1);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 200)]
    public void An_indicator_fires_from_its_onset_on_and_not_right_before_it(AccountHistory history) =>
        Check(history, TestPolicies.Default);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 200)]
    public void Onsets_are_exact_for_rules_with_any_windows_and_after_a_change_of_policy(AccountHistory history)
    {
        var now = TestPolicies.Of(BuiltInModels.Default, TestPolicies.OddDays);
        Check(
            history,
            new EvaluationPolicy(
                now.Models, now.Rules, now.Segments, [])
            { Revision = 1, Since = history.AsOf.AddDays(-3), Before = TestPolicies.Default });
    }

    private static void Check(AccountHistory history, EvaluationPolicy policy)
    {
        var at = history.AsOf;
        LoggedEvent[] log = [.. history.Log()];
        var known = log.Where(logged => logged.CountsAt(at)).Select(logged => logged.Event).ToList();
        var past = AccountPast.Of(history.Account);
        var firing = Firing(policy, known, history, at);
        var days = new IndicatorDays(null, past, policy, firing, at).Over(log).Complete();
        var onsets = new IndicatorOnsets(null, past, policy, firing, days, at).Over(log).Complete();
        Assert.That(onsets.Keys, Is.EquivalentTo(firing.Select(indicator => indicator.Id)));
        foreach (var indicator in firing)
        {
            var (onset, before) = (onsets[indicator.Id], onsets[indicator.Id] - OneMicrosecond);
            Assert.That(onset, Is.LessThanOrEqualTo(at));
            Assert.That(Holds(indicator, known, history, onset), $"{indicator.Id} fires at its onset {onset:O}");
            if (known.Any(happened => happened.OccurredAt <= before))
                Assert.That(Holds(indicator, known, history, before), Is.False, $"{indicator.Id} does not fire right before {onset:O}");
            for (var day = onset.ToDay(); day < at.ToDay(); day++)
            {
                Assert.That(
                    Holds(indicator, known, history, Instant.FromDay(day + 1) - OneMicrosecond),
                    $"{indicator.Id} still fires at the end of day {day}");
            }
        }
    }

    private static List<ChurnIndicator> Firing(
        EvaluationPolicy policy, List<HealthEvent> known, AccountHistory history, DateTimeOffset at) =>
        [.. policy.Rules.Indicators.Where(indicator => indicator.Condition.Holds(At(known, history, at)))];

    private static bool Holds(ChurnIndicator indicator, List<HealthEvent> known, AccountHistory history, DateTimeOffset at) =>
        indicator.Condition.Holds(At(known.Where(happened => happened.OccurredAt <= at), history, at));

    private static SignalSet At(IEnumerable<HealthEvent> events, AccountHistory history, DateTimeOffset at)
    {
        var figures = new AccountFigures();
        foreach (var happened in events) figures.Apply(happened);
        return SignalDeriver.Derive(figures, history.Account, at);
    }
}
