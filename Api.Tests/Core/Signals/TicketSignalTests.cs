using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SampleEvents;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class TicketSignalTests
{
    [Test]
    public void Opened_tickets_count_once_at_their_earliest_opening()
    {
        var signals = Derived(
            Ticket(40, EventType.TicketOpened, "A"), Ticket(5, EventType.TicketOpened, "A"),
            Ticket(5, EventType.TicketOpened, "B"), Ticket(5, EventType.TicketOpened, "B"),
            Ticket(6, EventType.TicketOpened, "C"), Ticket(7, EventType.TicketUpdated, "D"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.Tickets30].Number, Is.EqualTo(2));
            Assert.That(signals[Signal.TicketChange30].Number, Is.EqualTo(1));
        }
    }

    [Test]
    public void A_ticket_opened_within_14_days_has_the_newest_priority_stated()
    {
        var signals = Derived(
            Ticket(3, EventType.TicketOpened, "raised", TicketPriority.P4), Ticket(1, EventType.TicketUpdated, "raised", TicketPriority.P2),
            Ticket(3, EventType.TicketOpened, "lowered", TicketPriority.P1),
            Ticket(1, EventType.TicketUpdated, "lowered", TicketPriority.P3),
            Ticket(3, EventType.TicketOpened, "kept", TicketPriority.P1), Ticket(1, EventType.TicketUpdated, "kept"),
            Ticket(14, EventType.TicketOpened, "old", TicketPriority.P1));
        Assert.That(signals[Signal.HighPriorityTickets14].Number, Is.EqualTo(2));
    }

    [Test]
    public void Every_escalation_event_counts_and_executive_ones_are_also_counted_apart()
    {
        var signals = Derived(
            Ticket(1, EventType.TicketEscalated), Ticket(2, EventType.TicketEscalated, level: EscalationLevel.Executive),
            Ticket(2, EventType.TicketEscalated, level: EscalationLevel.Executive),
            Ticket(31, EventType.TicketEscalated, level: EscalationLevel.Normal),
            Ticket(89, EventType.TicketEscalated, level: EscalationLevel.Executive));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.Escalations30].Number, Is.EqualTo(3));
            Assert.That(signals[Signal.ExecutiveEscalations90].Number, Is.EqualTo(3));
            Assert.That(signals[Signal.EscalationChange30].Number, Is.EqualTo(2));
        }
    }

    [Test]
    public void The_reopen_rate_is_reopenings_per_resolution()
    {
        var signals = Derived(
            Ticket(9, EventType.TicketResolved), Ticket(8, EventType.TicketReopened), Ticket(7, EventType.TicketResolved),
            Ticket(90, EventType.TicketReopened));
        Assert.That(signals[Signal.ReopenRate90].Number, Is.EqualTo(0.5));
    }

    [Test]
    public void Time_to_resolve_runs_from_the_opening_to_the_newest_resolution()
    {
        var signals = Derived(
            Ticket(120, EventType.TicketOpened, "long"), Ticket(110, EventType.TicketResolved, "long"),
            Ticket(20, EventType.TicketResolved, "long"),
            Ticket(3, EventType.TicketOpened, "short"), Ticket(2, EventType.TicketResolved, "short"),
            Ticket(1, EventType.TicketResolved, "never opened"),
            Ticket(5, EventType.TicketResolved, "backwards"), Ticket(4, EventType.TicketOpened, "backwards"));
        Assert.That(signals[Signal.MeanTimeToResolveHours90].Number, Is.EqualTo(50.5 * 24));
    }

    [Test]
    public void First_contact_resolution_is_a_share_of_the_resolved_tickets_that_state_it()
    {
        var signals = Derived(
            Ticket(3, EventType.TicketResolved, "A", firstContact: true), Ticket(3, EventType.TicketResolved, "B", firstContact: true),
            Ticket(2, EventType.TicketClosed, "B", firstContact: false), Ticket(3, EventType.TicketResolved, "unknown"),
            Ticket(3, EventType.TicketUpdated, "unresolved", firstContact: true));
        Assert.That(signals[Signal.FirstContactResolution90].Number, Is.EqualTo(0.5));
    }

    [Test]
    public void Rates_are_missing_without_a_resolution_and_counts_are_0()
    {
        var signals = Derived(Ticket(100, EventType.TicketUpdated));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.ReopenRate90].IsMissing);
            Assert.That(signals[Signal.FirstContactResolution90].IsMissing);
            Assert.That(signals[Signal.MeanTimeToResolveHours90].IsMissing);
            Assert.That(signals[Signal.TicketChange30].IsMissing);
            Assert.That(signals[Signal.Tickets30], Is.EqualTo(SignalValue.Of(0.0)));
            Assert.That(signals[Signal.HighPriorityTickets14], Is.EqualTo(SignalValue.Of(0.0)));
            Assert.That(signals[Signal.ExecutiveEscalations90], Is.EqualTo(SignalValue.Of(0.0)));
            Assert.That(signals.EvidenceAt(Signal.Tickets30), Is.EqualTo(Now.AddDays(-100)));
            Assert.That(Derived(Usage(1))[Signal.Tickets30].IsMissing, "the count is missing before the first ticket event");
        }
    }
}
