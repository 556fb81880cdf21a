using FsCheck;
using FsCheck.Fluent;
using HealthApi.Infrastructure.Lanes.RabbitMq.Publishing;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Publishing;

internal sealed class QueueAgeTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Test]
    public void What_never_moves_grows_older()
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
    public void A_queue_that_always_holds_something_and_moves_stays_young()
    {
        var age = new QueueAge();
        foreach (var second in Enumerable.Range(0, 1_000)) age.Observe(Start.AddSeconds(second), 10, 10 * second);
        Assert.That(
            Start.AddSeconds(999) - age.Oldest!.Value, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(2)), "ten come and ten go each second");
    }

    /// <summary>Each pair is a second: so many are published and so many leave.</summary>
    [FsCheck.NUnit.Property]
    public Property It_never_says_younger_than_what_waits() => Prop.ForAll(
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
