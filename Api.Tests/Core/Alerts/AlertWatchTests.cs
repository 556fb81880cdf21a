using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Thresholds;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Alerts;

/// <summary>When an alert opens, becomes worse and is resolved (domain.md §6a).</summary>
internal sealed class AlertWatchTests
{
    [Test]
    public void An_alert_opens_once_its_condition_has_held_for_the_confirmation_time()
    {
        var path = new AlertPath();
        path.Step(0, 1);
        Assert.That(path.DueAt(0), Is.EqualTo(72), "the clockwork confirms it");
        path.Step(71.9, 1);
        Assert.That(path.Words, Is.Empty);
        path.Step(72, 1);
        path.Step(73, 1);
        Assert.That(path.Words, Is.EqualTo(new[] { "opened" }));
        var opened = path.Changes[0];
        Assert.That(
            (opened.Number, opened.Severity, opened.Confirmed, opened.Announced), Is.EqualTo((1, AlertSeverity.Warning, true, true)));
        Assert.That(opened.AlertId, Is.EqualTo(AlertId.Of("acme", AlertPath.Start, Metric.Health, 1)));
        Assert.That(path.DueAt(73), Is.Null, "a confirmed alert changes by its standing alone");
    }

    [Test]
    public void A_condition_that_is_interrupted_begins_again()
    {
        var path = new AlertPath();
        path.Step(0, 1);
        path.Step(60, 2);
        path.Step(61, 1);
        path.Step(132, 1);
        Assert.That(path.Words, Is.Empty);
        path.Step(133, 1);
        Assert.That(path.Words, Is.EqualTo(new[] { "opened" }));
    }

    [Test]
    public void What_leaves_no_doubt_opens_at_once_and_is_confirmed_later_without_a_message()
    {
        var path = new AlertPath();
        path.Step(0, 0, facts => facts with { Condition = new AlertCondition(true, true, true) });
        Assert.That(path.Changes[0].Confirmed, Is.False);
        Assert.That(path.Changes[0].Severity, Is.EqualTo(AlertSeverity.Critical));
        Assert.That(path.DueAt(0), Is.EqualTo(72));
        path.Step(72, 0);
        Assert.That(path.Words, Is.EqualTo(new[] { "opened", "confirmed" }));
        Assert.That(path.Messages, Is.EqualTo(new[] { "opened" }));
    }

    [Test]
    public void Worse_updates_the_open_alert_once_and_opens_no_second_one()
    {
        var path = Opened();
        path.Step(80, 1, facts => facts with { Score = 30 });
        path.Step(90, 0);
        path.Step(91, 0);
        path.Step(92, 1);
        path.Step(93, 0);
        Assert.That(path.Words, Is.EqualTo(new[] { "opened", "refreshed", "updated" }));
        var updated = path.Changes[^1];
        Assert.That((updated.Number, updated.Severity, updated.Worst.Score), Is.EqualTo((2, AlertSeverity.Critical, (double?)10)));
        Assert.That(path.Changes[1].Worst.Score, Is.EqualTo(30), "a lower score of the same category is stored without a message");
    }

    [Test]
    public void An_alert_is_resolved_once_its_condition_has_not_held_for_the_release_time()
    {
        var path = Opened();
        path.Step(100, 2);
        Assert.That(path.DueAt(100), Is.EqualTo(268));
        path.Step(200, 1);
        Assert.That(path.DueAt(200), Is.Null, "the condition holds again");
        path.Step(210, 3);
        path.Step(377, 3);
        Assert.That(path.Words, Is.EqualTo(new[] { "opened" }));
        path.Step(378, 3);
        Assert.That(path.Words, Is.EqualTo(new[] { "opened", "resolved" }));
        Assert.That(path.Changes[^1].Resolution, Is.EqualTo(AlertResolution.Recovered));
        Assert.That(path.State!.IsOpen, Is.False);
    }

    [Test]
    public void A_churn_resolves_the_alert()
    {
        var path = Opened();
        path.Step(100, 0, facts => facts with { Churned = true });
        path.Step(101, 0, facts => facts with { Churned = true });
        Assert.That(path.Words, Is.EqualTo(new[] { "opened", "resolved" }));
        Assert.That(path.Changes[^1].Resolution, Is.EqualTo(AlertResolution.Churned));
    }

    [Test]
    public void A_lasting_change_that_became_the_normal_level_is_settled_and_no_recovery()
    {
        var path = Opened();
        path.Step(100, 3, facts => facts with { Settled = true });
        path.Step(268, 3, facts => facts with { Settled = true });
        Assert.That(path.Changes[^1].Resolution, Is.EqualTo(AlertResolution.Settled));
    }

    [Test]
    public void A_fall_within_the_better_half_is_an_info_and_settles_where_the_score_stays_low()
    {
        foreach (var (later, resolution) in ((double, AlertResolution)[])[(62, AlertResolution.Settled), (80, AlertResolution.Recovered)])
        {
            var path = new AlertPath();
            foreach (var hours in (int[])[0, 72]) path.Step(hours, 2, Fallen);
            Assert.That(path.Changes.Single().Severity, Is.EqualTo(AlertSeverity.Info));
            foreach (var hours in (int[])[336, 504]) path.Step(hours, 2, facts => facts with { Score = later });
            Assert.That(path.Changes[^1].Resolution, Is.EqualTo(resolution), $"the score is {later} after a fall from 90");
        }

        static AlertFacts Fallen(AlertFacts facts) =>
            facts with { Score = 62, Condition = new AlertCondition(true, false, false), Highest = 90 };
    }

    [Test]
    public void A_standing_that_cannot_be_judged_opens_nothing_and_releases_nothing()
    {
        var pending = new AlertPath();
        pending.Step(0, 1);
        pending.Step(50, 1, Unjudged);
        pending.Step(51, 1);
        pending.Step(122, 1);
        Assert.That(pending.Words, Is.Empty, "the confirmation begins again");

        var path = Opened();
        path.Step(100, 3, Unjudged);
        path.Step(267, 3, Unjudged);
        path.Step(267.5, 1);
        path.Step(268, 3, Unjudged);
        Assert.That(path.Words, Is.EqualTo(new[] { "opened" }));
        Assert.That(path.DueAt(268), Is.EqualTo(436));
        path.Step(436, 3, Unjudged);
        Assert.That(path.Changes[^1].Resolution, Is.EqualTo(AlertResolution.Expired));
    }

    [Test]
    public void A_metric_that_the_policy_no_longer_watches_ends_its_alert()
    {
        var path = Opened();
        var step = AlertWatch.Next(null, AlertPath.Facts(100, 1), path.State);
        Assert.That(step.Changes.Single().Resolution, Is.EqualTo(AlertResolution.Expired));
        Assert.That(step.Changes.Single().Cause, Is.EqualTo(CrossingCause.Model));
        Assert.That(AlertWatch.Next(null, AlertPath.Facts(0, 0), null), Is.EqualTo(AlertStep.None));
    }

    [Test]
    public void The_third_opening_within_thirty_days_is_flapping_and_doubles_the_release()
    {
        var path = new AlertPath(new AlertTerms(TimeSpan.Zero, TimeSpan.FromHours(24), 25));
        foreach (var day in (int[])[0, 5, 10])
        {
            path.Step(day * 24, 1);
            path.Step((day * 24) + 1, 3);
            path.Step((day * 24) + 25, 3);
        }

        Assert.That(path.Words, Is.EqualTo(new[] { "opened", "resolved", "opened", "resolved", "opened" }));
        Assert.That(path.Changes[^1].Flapping, Is.True);
        path.Step((10 * 24) + 49, 3);
        Assert.That(path.Words.Last(), Is.EqualTo("resolved"), "after twice the release time");
        path.Step(41 * 24, 1);
        path.Step((41 * 24) + 1, 3);
        path.Step((41 * 24) + 25, 3);
        Assert.That(path.Words.TakeLast(2), Is.EqualTo(new[] { "opened", "resolved" }), "30 days without an opening ended it");
        Assert.That(path.Changes[^2].Flapping, Is.False);
        Assert.That(path.Changes.Select(change => change.AlertId).Distinct().Count(), Is.EqualTo(4), "each opening is another alert");
    }

    [Test]
    public void An_open_alert_loses_its_mark_after_thirty_days_without_an_opening()
    {
        var path = new AlertPath(new AlertTerms(TimeSpan.Zero, TimeSpan.FromHours(24), 25));
        foreach (var day in (int[])[0, 5, 10])
        {
            path.Step(day * 24, 1);
            if (day == 10) break;
            path.Step((day * 24) + 1, 3);
            path.Step((day * 24) + 25, 3);
        }

        Assert.That(path.DueAt(241), Is.EqualTo(40 * 24));
        path.Step(40 * 24, 1);
        Assert.That(path.Words.Last(), Is.EqualTo("refreshed"));
        Assert.That(path.Changes[^1].Flapping, Is.False);
    }

    [Test]
    public void The_release_time_of_a_flapping_alert_is_at_most_28_days()
    {
        var state = new AlertState { FlappingUntil = AlertPath.Start.AddDays(30) };
        var terms = new AlertTerms(TimeSpan.Zero, TimeSpan.FromDays(20), 25);
        Assert.That(terms.ReleaseOf(state, AlertPath.Start), Is.EqualTo(TimeSpan.FromDays(28)));
        Assert.That(terms.ReleaseOf(state, AlertPath.Start.AddDays(30)), Is.EqualTo(TimeSpan.FromDays(20)));
    }

    [Test]
    public void What_begins_without_announcement_opens_quietly_and_what_comes_after_is_announced()
    {
        var path = new AlertPath();
        path.Step(0, 1, facts => facts with { Announced = false });
        path.Step(72, 1);
        Assert.That(path.Changes.Single().Announced, Is.False, "the first score of an account is no news");
        path.Step(80, 0);
        Assert.That(path.Messages, Is.EqualTo(new[] { "updated" }));

        var worse = new AlertPath();
        worse.Step(0, 1, facts => facts with { Announced = false });
        worse.Step(24, 0);
        worse.Step(72, 0);
        Assert.That(worse.Messages, Is.EqualTo(new[] { "opened" }), "it has become worse since");

        var silent = new AlertPath();
        silent.Step(0, 1, facts => facts with { Announced = false });
        silent.Step(72, 1);
        silent.Step(100, 3);
        silent.Step(268, 3);
        Assert.That(silent.Words, Is.EqualTo(new[] { "opened", "resolved" }));
        Assert.That(silent.Messages, Is.Empty, "an alert that nobody was told of is resolved without a message");
    }

    [Test]
    public void A_change_of_rules_that_is_not_announced_opens_quietly_with_its_cause()
    {
        var path = new AlertPath();
        path.Step(0, 1, facts => facts with { Announced = false, Cause = CrossingCause.Model });
        path.Step(72, 1);
        Assert.That((path.Changes.Single().Cause, path.Changes.Single().Announced), Is.EqualTo((CrossingCause.Model, false)));
    }

    [Test]
    public void An_alert_lists_the_worsening_crossings_since_its_condition_began()
    {
        var path = new AlertPath();
        path.Step(0, 1, facts => facts with { Crossings = ["crs_1"] });
        path.Step(72, 1);
        path.Step(80, 1, facts => facts with { Crossings = ["crs_2"] });
        Assert.That(path.Words, Is.EqualTo(new[] { "opened", "refreshed" }));
        Assert.That(path.Changes[0].Crossings, Is.EqualTo(new[] { "crs_1" }));
        Assert.That(path.Changes[1].Crossings, Is.EqualTo(new[] { "crs_1", "crs_2" }));
    }

    [Test]
    public void An_open_alert_is_stored_again_when_the_owner_of_its_account_changes()
    {
        var path = Opened();
        path.Step(80, 1, facts => facts with { Account = 7 });
        path.Step(81, 1, facts => facts with { Account = 7 });
        Assert.That(path.Words, Is.EqualTo(new[] { "opened", "refreshed" }));
        var acme = new Account { Id = "acme", Name = "Acme", Owner = "dana", Arr = 10 };
        Assert.That(
            new[] { AccountMark.Of(acme, "smb"), AccountMark.Of(acme, "enterprise"), AccountMark.Of(acme with { Owner = "kim" }, "smb"),
                AccountMark.Of(acme with { Arr = 11 }, "smb"), AccountMark.Of(acme with { Owner = null }, "smb") },
            Is.Unique);
    }

    private static AlertFacts Unjudged(AlertFacts facts) => facts with { IsJudged = false };

    internal static AlertPath Opened()
    {
        var path = new AlertPath();
        path.Step(0, 1);
        path.Step(72, 1);
        return path;
    }
}
