using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SampleEvents;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class RelationshipSignalTests
{
    [TestCase(EventType.RelationshipQbrMissed, Signal.MissedQbrs365, 365)]
    [TestCase(EventType.RelationshipTrainingCompleted, Signal.TrainingCompletions180, 180)]
    [TestCase(EventType.RelationshipExecutiveEngaged, Signal.ExecutiveEngagements90, 90)]
    [TestCase(EventType.RelationshipFeedbackGiven, Signal.FeedbackGiven180, 180)]
    [TestCase(EventType.RelationshipCompetitorMentioned, Signal.CompetitorMentions90, 90)]
    public void Events_count_within_their_window_and_any_relationship_event_makes_the_count_0(EventType type, Signal signal, double window)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Derived(Relationship(1, type), Relationship(1, type), Relationship(window, type))[signal].Number, Is.EqualTo(2));
            Assert.That(Derived(Relationship(1, EventType.RelationshipFeatureRequested))[signal], Is.EqualTo(SignalValue.Of(0.0)));
            Assert.That(Derived(Usage(1))[signal].IsMissing);
        }
    }

    [Test]
    public void Attendance_is_the_share_of_reviews_that_were_held()
    {
        var held = Relationship(100, EventType.RelationshipQbrHeld);
        var missed = Relationship(10, EventType.RelationshipQbrMissed);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Derived(held, held, held, missed)[Signal.QbrAttendance365].Number, Is.EqualTo(0.75));
            Assert.That(
                Derived(Relationship(365, EventType.RelationshipQbrHeld))[Signal.QbrAttendance365].IsMissing, "no review within the year");
        }
    }

    [TestCase(new[] { EventType.RelationshipChampionLeft }, true)]
    [TestCase(new[] { EventType.RelationshipChampionLeft, EventType.RelationshipChampionJoined }, false)]
    [TestCase(new[] { EventType.RelationshipChampionJoined, EventType.RelationshipChampionLeft }, true)]
    [TestCase(new[] { EventType.RelationshipFeedbackGiven }, false)]
    public void A_champion_has_left_until_one_joins(EventType[] oneADay, bool left) =>
        Assert.That(Derived(oneADay.Select((type, day) => Relationship(300 - day, type)))[Signal.ChampionLeft].Flag, Is.EqualTo(left));

    [Test]
    public void A_champion_who_joins_at_the_instant_another_leaves_counts_as_joined_afterwards()
    {
        var signals = Derived(Relationship(1, EventType.RelationshipChampionJoined), Relationship(1, EventType.RelationshipChampionLeft));
        Assert.That(signals[Signal.ChampionLeft].Flag, Is.False);
    }

    [Test]
    public void Relationship_signals_are_missing_before_the_first_relationship_event()
    {
        foreach (
            var signal in (Signal[])[Signal.ChampionLeft, Signal.ReferenceAgreed, Signal.BudgetCutCommunicated180, Signal.ReportedOutcome])
        {
            Assert.That(Derived(Usage(1))[signal].IsMissing, signal.ToString());
        }
    }

    [Test]
    public void An_agreed_reference_lasts_and_a_budget_cut_ends_after_180_days()
    {
        var signals = Derived(Relationship(390, EventType.RelationshipReferenceAgreed), Relationship(180, EventType.RelationshipBudgetCut));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.ReferenceAgreed].Flag, Is.True);
            Assert.That(signals.EvidenceAt(Signal.ReferenceAgreed), Is.EqualTo(Now.AddDays(-390)));
            Assert.That(signals[Signal.BudgetCutCommunicated180], Is.EqualTo(SignalValue.Of(false)));
            Assert.That(Derived(Relationship(179, EventType.RelationshipBudgetCut))[Signal.BudgetCutCommunicated180].Flag, Is.True);
        }
    }

    [Test]
    public void The_newest_reported_outcome_counts()
    {
        const EventType reported = EventType.RelationshipOutcomeReported;
        var signals = Derived(Relationship(5, reported, 62.5), Relationship(50, reported, 90), Relationship(1, reported));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.ReportedOutcome].Number, Is.EqualTo(62.5), "a report without a value is ignored");
            Assert.That(signals.EvidenceAt(Signal.ReportedOutcome), Is.EqualTo(Now.AddDays(-5)));
        }
    }
}
