using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Events;
using HealthApi.Core.Thresholds;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Evaluation;

/// <summary>How evaluations of an account lead to alerts, by the built-in alert policy.</summary>
internal sealed class AccountAlertsTests
{
    [Test]
    public void A_category_of_the_worse_half_opens_after_72_hours_with_the_reasons_of_the_move()
    {
        var story = new AlertStory().Report(75).Wait(10).Report(55).Wait(71);
        Assert.That(story.Words, Is.Empty);
        story.Wait(1);
        Assert.That(story.Words, Is.EqualTo(new[] { "Health opened" }));
        var opened = story.Alerts[0];
        Assert.That((opened.At - AlertStory.Start).TotalHours, Is.EqualTo(82), "the clockwork opens it on time");
        Assert.That(opened.Reasons.Sum(reason => reason.Change), Is.EqualTo(-20m));
        Assert.That(opened.Crossings, Has.Count.EqualTo(1));
        Assert.That((opened.Severity, opened.Worst.Label), Is.EqualTo((AlertSeverity.Warning, "poor")));
    }

    [Test]
    public void A_fall_of_25_points_opens_in_a_better_category_until_its_height_is_14_days_ago()
    {
        var story = new AlertStory().Report(95).Wait(10).Report(70).Wait(72);
        Assert.That(story.Alerts.Single().Severity, Is.EqualTo(AlertSeverity.Info));
        story.Wait(24 * 30);
        Assert.That(story.Words, Is.EqualTo(new[] { "Health opened", "Health resolved" }));
        Assert.That(story.Alerts[^1].Resolution, Is.EqualTo(AlertResolution.Settled), "the score has stayed low");
        Assert.That((story.Alerts[^1].At - AlertStory.Start).TotalHours, Is.EqualTo(10 + (14 * 24) + 168));
        Assert.That(new AlertStory().Report(95).Wait(10).Report(71).Wait(72).Words, Is.Empty, "24 points are no fall");
        Assert.That(
            new AlertStory().Report(95).Wait(10).Report(85).Wait(24 * 10).Report(69).Wait(72).Words, Is.EqualTo(new[] { "Health opened" }),
            "a slow fall counts too");
    }

    [Test]
    public void A_fall_of_40_points_within_a_day_opens_at_once_and_a_slower_one_does_not()
    {
        Assert.That(new AlertStory().Report(95).Wait(50).Report(75).Wait(23).Report(55).Words, Is.EqualTo(new[] { "Health opened" }));
        Assert.That(new AlertStory().Report(95).Wait(50).Report(75).Wait(25).Report(55).Words, Is.Empty);
    }

    [Test]
    public void Facts_open_an_alert_of_churn_risk_at_once_and_measures_after_48_hours()
    {
        var story = new AlertStory().Report(90).Wait(1).Event(EventType.RelationshipChampionLeft);
        Assert.That(story.Words, Is.EqualTo(new[] { "ChurnRisk opened" }));
        Assert.That(story.Alerts[0].Interventions, Has.Count.EqualTo(1));
        story.Wait(48);
        Assert.That(story.Words, Is.EqualTo(new[] { "ChurnRisk opened", "ChurnRisk confirmed" }));
        story.Event(EventType.RelationshipCompetitorMentioned).Event(EventType.RelationshipBudgetCut);
        Assert.That(story.Words.Last(), Is.EqualTo("ChurnRisk updated"), "several facts make it critical");

        var silent = new AlertStory().Report(90).Event(EventType.UsageLogin).Wait(24 * 14).Wait(47);
        Assert.That(silent.Words, Is.Empty, "14 days without activity are a measure");
        silent.Wait(1);
        Assert.That(silent.Words, Is.EqualTo(new[] { "ChurnRisk opened" }));
        Assert.That((silent.Alerts[0].At - AlertStory.Start).TotalHours, Is.EqualTo((24 * 14) + 48));
    }

    [Test]
    public void The_first_score_opens_quietly_and_a_later_worsening_is_announced()
    {
        var story = new AlertStory().Report(55).Wait(72);
        Assert.That((story.Words, story.Messages), Is.EqualTo((new[] { "Health opened" }, Array.Empty<string>())));
        story.Report(20);
        Assert.That(story.Messages, Is.EqualTo(new[] { "Health updated" }));
    }

    [Test]
    public void An_account_that_was_evaluated_before_alerts_existed_opens_quietly()
    {
        var story = new AlertStory().Report(90).Wait(1).Report(55).Remember(memory => memory with { Alerts = null }).Evaluate().Wait(72);
        Assert.That(story.Words, Is.EqualTo(new[] { "Health opened" }));
        Assert.That(story.Messages, Is.Empty);
    }

    [Test]
    public void An_evaluation_that_withholds_messages_opens_quietly_also_later()
    {
        var story = new AlertStory { Withholds = true }.Report(90).Wait(1).Report(55);
        story.Withholds = false;
        story.Wait(72).Report(90).Wait(168);
        Assert.That(story.Words, Is.EqualTo(new[] { "Health opened", "Health resolved" }));
        Assert.That(story.Messages, Is.Empty);

        var fact = new AlertStory().Report(90).Wait(1);
        fact.Withholds = true;
        fact.Event(EventType.RelationshipChampionLeft);
        fact.Withholds = false;
        fact.Event(EventType.RelationshipChampionJoined).Wait(200);
        Assert.That(fact.Words, Does.Contain("ChurnRisk resolved"));
        Assert.That(fact.Messages, Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_change_of_the_model_opens_with_cause_model_and_can_be_quiet(bool announce)
    {
        var story = new AlertStory().Report(90).Wait(1).Switch(AlertStory.Opposite, announce).Wait(72);
        Assert.That(story.Words, Is.EqualTo(new[] { "Health opened" }), "a score of another scale is no fast fall");
        Assert.That((story.Alerts[0].Cause, story.Alerts[0].Announced), Is.EqualTo((CrossingCause.Model, announce)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_change_of_the_alert_policy_opens_with_cause_model_and_can_be_quiet(bool announce)
    {
        var strict = AlertStory.Document("{'version':2,'health':{'fallPoints':10}}");
        var story = new AlertStory().Report(95).Wait(10).Report(83).Wait(100).Switch(strict, announce).Wait(72);
        Assert.That(story.Words, Is.EqualTo(new[] { "Health opened" }));
        Assert.That((story.Alerts[0].Cause, story.Alerts[0].Announced), Is.EqualTo((CrossingCause.Model, announce)));
    }

    [Test]
    public void A_metric_that_the_policy_switches_off_ends_its_alert_and_opens_none()
    {
        var off = AlertStory.Document("{'version':2,'health':null}");
        var story = new AlertStory().Report(90).Wait(1).Report(30).Switch(off).Report(20).Wait(200);
        Assert.That(story.Words, Is.EqualTo(new[] { "Health opened", "Health resolved" }));
        Assert.That(story.Alerts[^1].Resolution, Is.EqualTo(AlertResolution.Expired));
    }

    [Test]
    public void A_segment_has_its_own_times()
    {
        var slow = AlertStory.Document("{'version':2,'segments':{'enterprise':{'health':{'confirmHours':24}}}}");
        var large = new Account { Id = "acme", Name = "Acme", Arr = 500_000 };
        Assert.That(new AlertStory(large).Switch(slow).Report(90).Wait(1).Report(55).Wait(24).Words, Is.EqualTo(new[] { "Health opened" }));
        Assert.That(new AlertStory().Switch(slow).Report(90).Wait(1).Report(55).Wait(24).Words, Is.Empty);
    }

    [Test]
    public void A_churn_resolves_the_alerts_of_both_metrics()
    {
        var account = new Account { Id = "acme", Name = "Acme", ChurnedAt = AlertStory.Start.AddDays(9) };
        var story = new AlertStory(account).Report(90).Wait(1).Report(30).Event(EventType.RelationshipChampionLeft).Wait(24 * 20);
        Assert.That(
            story.Alerts.Where(alert => alert.Kind == AlertChangeKind.Resolved).Select(alert => (alert.Metric, alert.Resolution)),
            Is.EqualTo(new[]
            {
                (Metric.Health, (AlertResolution?)AlertResolution.Churned), (Metric.ChurnRisk, AlertResolution.Churned),
            }));
    }

    [Test]
    public void A_rebuild_decides_nothing_and_keeps_what_is_pending()
    {
        var story = new AlertStory().Report(90).Wait(1).Report(55).Wait(30).Rebuild().Wait(41);
        Assert.That(story.Words, Is.Empty);
        story.Wait(1);
        Assert.That(story.Words, Is.EqualTo(new[] { "Health opened" }), "on time");
    }

    [Test]
    public void A_memory_without_a_concern_is_not_a_byte_longer()
    {
        var memory = new AlertStory().Report(90).Wait(50).Report(91).Memory;
        Assert.That(memory.Alerts, Is.Not.Null);
        Assert.That(memory.ToBytes(), Has.Length.EqualTo((memory with { Alerts = null }).ToBytes().Length));
    }

    [Test]
    public void The_memory_of_an_open_alert_stays_small()
    {
        var memory = new AlertStory().Report(90).Wait(1).Report(55).Wait(100).Memory;
        Assert.That(memory.Alerts!.Health!.IsOpen, Is.True);
        Assert.That(memory.ToBytes().Length - (memory with { Alerts = null }).ToBytes().Length, Is.LessThan(200));
    }

    [Test]
    public void What_a_person_does_is_remembered_and_due()
    {
        var story = new AlertStory().Report(90).Wait(1).Report(55).Wait(80);
        var until = story.Now.AddHours(5);
        story.Act(Metric.Health, (facts, state) => AlertActs.Snooze(facts, state!, until)).Wait(10);
        Assert.That(story.Messages, Is.EqualTo(new[] { "Health opened", "Health snooze_ended" }));
        Assert.That(story.Alerts[^1].At, Is.EqualTo(until));
        story.Act(Metric.Health, (facts, state) => AlertActs.Resolve(facts, state!)).Report(50).Wait(1000);
        Assert.That(story.Words.Last(), Is.EqualTo("Health resolved"), "the same condition goes on");
        story.Report(30);
        Assert.That(story.Words.Last(), Is.EqualTo("Health opened"), "it has become worse");
    }
}
