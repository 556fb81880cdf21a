using FsCheck;
using FsCheck.Fluent;
using HealthApi.Core.Alerts;
using HealthApi.Core.Events;
using HealthApi.Core.Thresholds;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Evaluation;

/// <summary>What holds for the alerts of an account over any history of events, waits, changes of rules and imports.</summary>
internal sealed class AccountAlertsProperties
{
    [FsCheck.NUnit.Property(Arbitrary = [typeof(Lives)], QuietOnSuccess = true, MaxTest = 300)]
    public void An_account_never_has_two_open_alerts_of_one_metric(Life life)
    {
        var open = new Dictionary<Metric, string>();
        foreach (var change in Play(life).Alerts)
        {
            if (change.Kind == AlertChangeKind.Opened)
                Assert.That(open.TryAdd(change.Metric, change.AlertId), Is.True, "another alert is open");
            Assert.That(open.GetValueOrDefault(change.Metric), Is.EqualTo(change.AlertId));
            if (change.Kind == AlertChangeKind.Resolved) open.Remove(change.Metric);
        }
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Lives)], QuietOnSuccess = true)]
    public void The_same_history_gives_the_same_alerts(Life life)
    {
        var (first, second) = (Play(life), Play(life));
        Assert.That(second.Alerts.Select(Key), Is.EqualTo(first.Alerts.Select(Key)));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Lives)], QuietOnSuccess = true)]
    public void Evaluations_without_news_decide_nothing(Life life) =>
        Assert.That(Play(life, restless: true).Alerts.Select(Key), Is.EqualTo(Play(life).Alerts.Select(Key)));

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Lives)], QuietOnSuccess = true)]
    public void A_resolved_alert_that_recovered_had_a_quiet_week_before(Life life)
    {
        var story = Play(life);
        foreach (var alert in story.Alerts.GroupBy(change => change.AlertId))
        {
            foreach (var (before, resolved) in alert.Zip(alert.Skip(1)).Where(pair => pair.Second.Resolution == AlertResolution.Recovered))
                Assert.That(resolved.At - before.Worst.At, Is.GreaterThanOrEqualTo(TimeSpan.FromHours(168)));
        }
    }

    private static (string, int, AlertChangeKind, DateTimeOffset, bool) Key(AlertChange change) =>
        (change.AlertId, change.Number, change.Kind, change.At, change.Announced);

    /// <param name="restless">Whether the account is also evaluated in between, when nothing has changed.</param>
    private static AlertStory Play(Life life, bool restless = false)
    {
        var story = new AlertStory();
        foreach (var (kind, value) in life.Steps)
        {
            switch (kind)
            {
                case 0: story.Report(value); break;
                case 1: story.Event(EventType.RelationshipChampionLeft); break;
                case 2: story.Event(EventType.RelationshipChampionJoined); break;
                case 3: story.Event(EventType.RelationshipCompetitorMentioned); break;
                case 4: story.Switch(value < 50 ? AlertStory.Whole : AlertStory.Opposite, value % 2 == 0); break;
                case 5: story.Withholds = !story.Withholds; break;
                case 6: story.Rebuild(); break;
                default: story.Wait(value * (kind - 5)); break;
            }

            if (restless && kind != 5) story.Wait(0.5).Evaluate().Wait(0.5);
            else story.Wait(1);
        }

        return story;
    }

    internal sealed record Life(IReadOnlyList<(int Kind, int Value)> Steps);

    private static class Lives
    {
        public static Arbitrary<Life> Any() => Arb.From(
            from steps in Gen.ListOf(
                from kind in Gen.Frequency(
                    (6, Gen.Constant(0)), (1, Gen.Choose(1, 3)), (1, Gen.Choose(4, 6)), (6, Gen.Choose(7, 9)))
                from value in Gen.Choose(0, 100)
                select (kind, value))
            select new Life([.. steps]));
    }
}
