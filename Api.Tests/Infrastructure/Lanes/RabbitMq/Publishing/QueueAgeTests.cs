using FsCheck;
using FsCheck.Fluent;
using HealthApi.Infrastructure.Lanes.RabbitMq.Publishing;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Publishing;

internal sealed class QueueAgeTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Test]
    public void The_age_of_a_queue_that_does_not_move_grows()
    {
        var age = new QueueAge();
        foreach (var second in Enumerable.Range(0, 100)) age.Observe(Start.AddSeconds(second), 5, 5);
        Assert.That(age.Oldest, Is.EqualTo(Start));
    }

    [Test]
    public void An_empty_queue_has_no_age()
    {
        var age = new QueueAge();
        age.Observe(Start, 5, 5);
        age.Observe(Start.AddSeconds(1), 0, 5);
        Assert.That(age.Oldest, Is.Null);
        age.Observe(Start.AddSeconds(2), 1, 6);
        Assert.That(age.Oldest, Is.EqualTo(Start.AddSeconds(2)));
    }

    [Test]
    public void The_age_of_a_queue_that_moves_stays_small_even_when_it_is_never_empty()
    {
        var age = new QueueAge();
        foreach (var second in Enumerable.Range(0, 1_000)) age.Observe(Start.AddSeconds(second), 10, 10 * second);
        Assert.That(
            Start.AddSeconds(999) - age.Oldest!.Value, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(2)), "ten come and ten leave each second");
    }

    /// <summary>Each pair is one second: the numbers of messages that are published and that leave the queue.</summary>
    [FsCheck.NUnit.Property]
    public Property The_age_is_never_less_than_that_of_the_oldest_waiting_message() => Prop.ForAll(
        Gen.Choose(0, 9).Zip(Gen.Choose(0, 9)).Select(pair => (Come: pair.Item1, Go: pair.Item2)).ListOf().ToArbitrary(),
        seconds =>
        {
            var (age, queue, published, now) = (new QueueAge(), new Queue<DateTimeOffset>(), 0, Start);
            foreach (var (come, go) in seconds)
            {
                now = now.AddSeconds(1);
                for (var left = 0; left < go; left++) queue.TryDequeue(out _);
                for (var came = 0; came < come; came++) queue.Enqueue(now);
                published += come;
                age.Observe(now, queue.Count, published);
                if (queue.TryPeek(out var oldest) ? age.Oldest is null || age.Oldest > oldest : age.Oldest is not null) return false;
            }

            return true;
        });
}
