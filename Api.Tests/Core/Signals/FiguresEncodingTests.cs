using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SampleEvents;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class FiguresEncodingTests
{
    [Test]
    public void Empty_bytes_decode_to_figures_without_events()
    {
        var figures = AccountFigures.Decode([]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(figures.NewestEvent, Is.Null);
            Assert.That(figures.NewestUsage, Is.Null);
            Assert.That(figures.SubscriptionsAt(DateTimeOffset.MaxValue), Is.Empty);
            Assert.That(AccountFigures.Decode(figures.Encode(Now)).Encode(Now), Is.EqualTo(figures.Encode(Now)));
        }
    }

    [Test]
    public void A_busy_accounts_figures_stay_under_two_kilobytes()
    {
        var usage = Enumerable.Range(0, 300).Select(index => Usage(
            60.0 * index / 300, index % 3 == 0 ? EventType.UsageLogin : EventType.UsageFeatureUsed, $"user-{index % 10}",
                $"feature-{index % 8}"));
        var tickets = Enumerable.Range(0, 5).SelectMany(index => (HealthEvent[])
            [Ticket(index * 10, EventType.TicketOpened, $"ticket-{index}", TicketPriority.P3),
                Ticket((index * 10) - 1, EventType.TicketResolved, $"ticket-{index}")]);
        Assert.That(Figures(usage.Concat(tickets)).Encode(Now), Has.Length.LessThan(2_048));
    }

    [Test]
    public void Data_that_no_signal_can_use_any_more_is_dropped()
    {
        var figures = Figures(
            Usage(70, user: "ada"), Snapshot(70, active: 2), Ticket(399, EventType.TicketOpened), Csat(389, 3), Csat(388, 4),
            Billing(364, EventType.BillingInvoiceIssued, "in-1", 30));
        var before = figures.Encode(Now).Length;
        Assert.That(figures.Encode(Now.AddDays(2)), Has.Length.LessThan(before));
    }

    [Test]
    public void Users_and_uses_of_features_are_dropped_after_30_days()
    {
        var named = Figures(Usage(0, user: "ada"));
        var used = Figures(Usage(0, feature: "reports"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(named.Encode(Now.AddDays(29)).Length - named.Encode(Now.AddDays(30)).Length, Is.GreaterThan("ada".Length));
            Assert.That(used.Encode(Now.AddDays(30)), Is.Not.EqualTo(Figures(Usage(0, feature: "reports")).Encode(Now.AddDays(29))));
        }
    }

    [Test]
    public void Equal_amounts_are_encoded_to_equal_bytes()
    {
        var one = Figures(Billing(1, mrr: 100.00m), Usage(1, quantity: 1.50m)).Encode(Now);
        Assert.That(Figures(Billing(1, mrr: 100m), Usage(1, quantity: 1.5m)).Encode(Now), Is.EqualTo(one));
    }

    [Test]
    public void The_largest_quantities_are_summed_exactly_and_survive_storing()
    {
        var most = Enumerable.Repeat(Usage(1, quantity: 1_000_000_000_000m), 1_000);
        var stored = AccountFigures.Decode(Figures(most).Encode(Now));
        Assert.That(SignalDeriver.Derive(stored, Acme, Now)[Signal.UsageVolume30].Number, Is.EqualTo(1e15));
    }

    [Test]
    public void Corrupt_bytes_throw_InvalidDataException()
    {
        var bytes = Figures(Usage(1, user: "ada"), Ticket(2, EventType.TicketOpened), Billing(3, mrr: 5), Nps(4, 9)).Encode(Now);
        using (Assert.EnterMultipleScope())
        {
            for (var length = 1; length < bytes.Length; length++)
            {
                Assert.That(
                    () => AccountFigures.Decode(bytes.AsSpan(0, length)), Throws.InstanceOf<InvalidDataException>(), $"cut to {length}");
            }

            Assert.That(() => AccountFigures.Decode([.. bytes, 0]), Throws.InstanceOf<InvalidDataException>());
            Assert.That(() => AccountFigures.Decode([9, .. bytes[1..]]), Throws.InstanceOf<InvalidDataException>(), "another format");
        }
    }

    [Test]
    public void An_event_without_data_throws_ArgumentException() =>
        Assert.That(() => Figures(Usage(1) with { Data = null! }), Throws.ArgumentException);
}
