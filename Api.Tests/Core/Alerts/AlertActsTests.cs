using HealthApi.Core.Alerts;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Alerts;

/// <summary>What people do with alerts.</summary>
internal sealed class AlertActsTests
{
    [Test]
    public void A_resolved_alert_stays_closed_while_the_same_condition_goes_on()
    {
        var path = Resolved();
        path.Step(200, 1);
        path.Step(2000, 1);
        Assert.That(path.Words, Is.EqualTo(new[] { "opened", "resolved" }));
        Assert.That(path.Changes[^1].Resolution, Is.EqualTo(AlertResolution.Manual));
        path.Step(2001, 0);
        Assert.That(path.Words.Last(), Is.EqualTo("opened"), "it has become worse");
        Assert.That(path.Changes[^1].AlertId, Is.Not.EqualTo(path.Changes[0].AlertId));
    }

    [Test]
    public void After_a_recovery_the_condition_opens_an_alert_again_once_it_is_confirmed()
    {
        var path = Resolved();
        path.Step(110, 2);
        Assert.That(path.DueAt(110), Is.EqualTo(278));
        path.Step(270, 1);
        path.Step(400, 1);
        Assert.That(path.Words.Last(), Is.EqualTo("resolved"), "a break of less than the release time is no recovery");
        path.Step(401, 3);
        path.Step(569, 3);
        path.Step(570, 1);
        path.Step(641, 1);
        Assert.That(path.Words.Last(), Is.EqualTo("resolved"), "not confirmed yet");
        path.Step(642, 1);
        Assert.That(path.Words.Last(), Is.EqualTo("opened"));
    }

    [Test]
    public void A_snooze_ends_with_one_message_if_the_alert_is_still_open()
    {
        var path = AlertWatchTests.Opened();
        path.Act(80, 1, (facts, state) => AlertActs.Snooze(facts, state!, AlertPath.Start.AddHours(100)));
        Assert.That(path.DueAt(80), Is.EqualTo(100));
        path.Step(99, 1);
        path.Step(100, 1);
        path.Step(101, 1);
        Assert.That(path.Words, Is.EqualTo(new[] { "opened", "snoozed", "snooze_ended" }));
        Assert.That(path.Messages, Is.EqualTo(new[] { "opened", "snooze_ended" }));

        var resolved = AlertWatchTests.Opened();
        resolved.Act(80, 1, (facts, state) => AlertActs.Snooze(facts, state!, AlertPath.Start.AddHours(400)));
        resolved.Step(100, 3);
        resolved.Step(268, 3);
        resolved.Step(400, 3);
        Assert.That(resolved.Messages, Is.EqualTo(new[] { "opened", "resolved" }), "a resolved alert is no longer snoozed");
    }

    [Test]
    public void A_reopened_alert_is_the_same_alert_and_is_released_again()
    {
        var path = Resolved();
        path.Act(110, 1, (facts, state) => AlertActs.Reopen(facts, state, Known(path)));
        Assert.That(path.Changes[^1].AlertId, Is.EqualTo(path.Changes[0].AlertId));
        Assert.That(path.Changes[^1].Number, Is.EqualTo(3));
        path.Step(110, 2);
        path.Step(278, 2);
        Assert.That(path.Words, Is.EqualTo(new[] { "opened", "resolved", "reopened", "resolved" }));
        Assert.That(path.Changes[^1].Number, Is.EqualTo(4));
        Assert.That(path.Messages, Is.EqualTo(new[] { "opened", "resolved", "reopened", "resolved" }));
    }

    [Test]
    public void Every_action_takes_the_next_number()
    {
        var path = AlertWatchTests.Opened();
        path.Act(80, 1, (facts, state) => AlertActs.Note(AlertChangeKind.Acknowledged, facts, state!));
        path.Act(81, 1, (facts, state) => AlertActs.Note(AlertChangeKind.Assigned, facts, state!));
        path.Step(82, 0);
        Assert.That(path.Changes.Select(change => change.Number), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(path.Messages, Is.EqualTo(new[] { "opened", "updated" }));
    }

    internal static ResolvedAlert Known(AlertPath path)
    {
        var last = path.Changes[^1];
        return new ResolvedAlert(path.State!.Count, last.Number, path.Messages.Any(), last.Confirmed, last.Worst);
    }

    private static AlertPath Resolved()
    {
        var path = AlertWatchTests.Opened();
        path.Act(100, 1, (facts, state) => AlertActs.Resolve(facts, state!));
        return path;
    }
}
