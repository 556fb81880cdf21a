using FsCheck;
using FsCheck.Fluent;
using HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Consuming;

internal sealed class LaneSequenceTests
{
    private static readonly object Channel = new();

    [FsCheck.NUnit.Property]
    public Property Deliveries_are_taken_in_the_order_of_their_tags_in_whatever_order_they_arrive() => Prop.ForAll(
        Gen.Shuffle(Enumerable.Range(1, 60)).ToArbitrary(),
        arrival =>
        {
            var sequence = new LaneSequence();
            var taken = new List<ulong>();
            foreach (var tag in arrival)
            {
                sequence.Add(Delivery((ulong)tag));
                taken.AddRange(sequence.Take(7).Select(delivery => delivery.Tag));
            }

            while (sequence.HasReady) taken.AddRange(sequence.Take(7).Select(delivery => delivery.Tag));
            return taken.SequenceEqual(Enumerable.Range(1, 60).Select(tag => (ulong)tag)) && !sequence.HasGap;
        });

    [Test]
    public void A_gap_holds_back_later_deliveries_until_it_is_skipped()
    {
        var sequence = new LaneSequence();
        sequence.Add(Delivery(1));
        sequence.Add(Delivery(3));
        Assert.That(sequence.Take(10).Select(delivery => delivery.Tag), Is.EqualTo([1]));
        Assert.That((sequence.HasReady, sequence.HasGap), Is.EqualTo((false, true)));

        sequence.SkipGap();
        sequence.Add(Delivery(2));
        Assert.That(sequence.Take(10).Select(delivery => delivery.Tag), Is.EqualTo([3, 2]), "a late delivery is not lost");
    }

    [Test]
    public void The_deliveries_of_a_new_channel_follow_those_that_the_old_one_left()
    {
        var sequence = new LaneSequence();
        sequence.Add(Delivery(1));
        sequence.Add(Delivery(3));
        sequence.Add(new LaneDelivery(new object(), 1, default, 1));

        Assert.That(sequence.Take(10).Select(delivery => delivery.Tag), Is.EqualTo([1, 3, 1]));
    }

    [Test]
    public void A_take_stays_within_the_limit_of_events_but_takes_at_least_one_delivery()
    {
        var sequence = new LaneSequence();
        foreach (var tag in Enumerable.Range(1, 4)) sequence.Add(new LaneDelivery(Channel, (ulong)tag, default, 100));

        Assert.That(sequence.Take(250).Count, Is.EqualTo(2));
        Assert.That(sequence.Take(50).Count, Is.EqualTo(1));
    }

    private static LaneDelivery Delivery(ulong tag) => new(Channel, tag, default, 1);
}
