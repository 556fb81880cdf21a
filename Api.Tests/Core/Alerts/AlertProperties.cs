using FsCheck;
using FsCheck.Fluent;
using HealthApi.Core.Alerts;
using HealthApi.Core.Thresholds;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Alerts;

/// <summary>What holds for the alerts of one account and metric, whatever happens to the account and whatever people do.</summary>
internal sealed class AlertProperties
{
    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], QuietOnSuccess = true, MaxTest = 500)]
    public void There_are_never_two_open_alerts_and_every_alert_is_opened_before_it_is_resolved(Life life)
    {
        string? open = null;
        var known = new HashSet<string>();
        foreach (var change in Play(life).Changes)
        {
            switch (change.Kind)
            {
                case AlertChangeKind.Opened:
                    Assert.That(
                        (open, known.Add(change.AlertId)), Is.EqualTo(((string?)null, true)), "another alert is open, or its id repeats");
                    open = change.AlertId;
                    break;
                case AlertChangeKind.Reopened:
                    Assert.That((open, known.Contains(change.AlertId)), Is.EqualTo(((string?)null, true)));
                    open = change.AlertId;
                    break;
                default:
                    Assert.That(change.AlertId, Is.EqualTo(open), "a change of an alert that is not open");
                    if (change.Kind == AlertChangeKind.Resolved) open = null;
                    break;
            }
        }
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], QuietOnSuccess = true)]
    public void The_same_history_gives_the_same_changes(Life life)
    {
        var (first, second) = (Play(life), Play(life));
        Assert.That(second.Changes.Select(Key), Is.EqualTo(first.Changes.Select(Key)));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], QuietOnSuccess = true)]
    public void Changes_of_an_alert_are_numbered_without_a_gap(Life life)
    {
        var changes = Play(life).Changes.Where(change => change.Kind != AlertChangeKind.Refreshed);
        foreach (var alert in changes.GroupBy(change => change.AlertId))
            Assert.That(alert.Select(change => change.Number), Is.EqualTo(Enumerable.Range(1, alert.Count())));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], QuietOnSuccess = true)]
    public void The_worst_standing_of_an_alert_never_improves(Life life)
    {
        foreach (var alert in Play(life).Changes.GroupBy(change => change.AlertId))
        {
            var ranks = alert.Select(change => change.Worst.Rank).ToList();
            Assert.That(ranks, Is.Ordered.Descending, "nothing flips between severities");
        }
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], QuietOnSuccess = true)]
    public void No_message_repeats_and_none_is_sent_of_an_alert_after_it_was_resolved(Life life)
    {
        var messages = Play(life).Changes.Where(change => change.Announced).ToList();
        Assert.That(messages.Select(Key), Is.Unique);
        foreach (var alert in messages.GroupBy(change => change.AlertId))
        {
            Assert.That(alert.Count(change => change.Kind == AlertChangeKind.Opened), Is.LessThanOrEqualTo(1));
            Assert.That(alert.First().Kind, Is.Not.EqualTo(AlertChangeKind.Resolved), "nobody was told of the alert");
        }
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], QuietOnSuccess = true)]
    public void More_frequent_evaluation_decides_nothing_else(Life life) =>
        Assert.That(
            Play(life with { Steps = [.. Doubled(life.Steps)] }).Changes.Select(Key), Is.EqualTo(Play(life).Changes.Select(Key)));

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], QuietOnSuccess = true)]
    public void An_account_that_is_evaluated_when_due_gets_every_change_at_its_time(Life life)
    {
        var path = Play(life, whenDue: true);
        foreach (var opened in path.Changes.Where(change => change.Kind == AlertChangeKind.Opened && change.Confirmed))
            Assert.That((opened.At - AlertPath.Start).TotalHours % 1, Is.Zero, "an alert opens at the end of its confirmation");
        for (var hours = 0; hours < 10; hours++)
            Assert.That(path.DueAt(10_000 + hours), Is.Null.Or.GreaterThan(10_000 + hours), "a due time is always ahead");
    }

    private static (string, int, AlertChangeKind, DateTimeOffset) Key(AlertChange change) =>
        (change.AlertId, change.Number, change.Kind, change.At);

    /// <summary>Every standing is evaluated again, a moment later.</summary>
    private static IEnumerable<Step> Doubled(IEnumerable<Step> steps) =>
        steps.SelectMany(step => step.Act == Act.None ? (Step[])[step, step with { Wait = 0 }] : [step]);

    private static AlertPath Play(Life life, bool whenDue = false)
    {
        var (path, hours) = (new AlertPath(), 0.0);
        var rank = 3;
        foreach (var step in life.Steps)
        {
            var until = hours + step.Wait;
            while (whenDue && path.DueAt(hours) is { } due && due < until)
            {
                path.Step(due, rank);
                hours = due;
            }

            hours = until;
            rank = step.Rank;
            if (step.Act == Act.None) path.Step(hours, rank, step.Shape);
            else Perform(path, hours, step);
        }

        return path;
    }

    /// <summary>An action that the state allows; one that it does not is refused by the caller.</summary>
    private static void Perform(AlertPath path, double hours, Step step)
    {
        var open = path.State is { IsOpen: true };
        if (open && step.Act == Act.Resolve) path.Act(hours, step.Rank, (facts, state) => AlertActs.Resolve(facts, state!));
        if (open && step.Act == Act.Acknowledge)
            path.Act(hours, step.Rank, (facts, state) => AlertActs.Note(AlertChangeKind.Acknowledged, facts, state!));
        if (open && step.Act == Act.Snooze)
            path.Act(hours, step.Rank, (facts, state) => AlertActs.Snooze(facts, state!, facts.At.AddHours(50)));
        if (!open && step.Act == Act.Reopen && path.Changes.Count > 0)
            path.Act(hours, step.Rank, (facts, state) => AlertActs.Reopen(facts, state, AlertActsTests.Known(path)));
    }

    internal enum Act { None, Acknowledge, Snooze, Resolve, Reopen }

    internal sealed record Step(int Wait, int Rank, bool IsJudged, bool AtOnce, bool Churned, bool Quiet, Act Act)
    {
        public AlertFacts Shape(AlertFacts facts) => facts with
        {
            IsJudged = IsJudged,
            Churned = Churned,
            Announced = !Quiet,
            Cause = Quiet ? CrossingCause.Model : CrossingCause.Data,
            Condition = facts.Condition with { AtOnce = AtOnce && facts.Condition.Holds },
        };
    }

    internal sealed record Life(IReadOnlyList<Step> Steps);

    private static class Histories
    {
        public static Arbitrary<Life> Any() => Arb.From(
            from steps in Gen.ListOf(
                from wait in Gen.Frequency((3, Gen.Choose(0, 24)), (2, Gen.Choose(24, 200)), (1, Gen.Constant(72)), (1, Gen.Constant(168)))
                from rank in Gen.Choose(0, 3)
                from judged in Gen.Frequency((9, Gen.Constant(true)), (1, Gen.Constant(false)))
                from once in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
                from churned in Gen.Frequency((30, Gen.Constant(false)), (1, Gen.Constant(true)))
                from quiet in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
                from act in Gen.Frequency((12, Gen.Constant(Act.None)), (4, Gen.Elements(Enum.GetValues<Act>())))
                select new Step(wait, rank, judged, once, churned, quiet, act))
            select new Life([.. steps]));
    }
}
