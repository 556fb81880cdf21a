using HealthApi.Api.Bodies;
using HealthApi.Api.Tests.Support;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Bodies;

internal sealed class BodyPoolTests
{
    private const int Large = 400_000, Most = 1_000_000;

    private readonly ManualTimeProvider _clock = new();
    private BodyPool _pool = null!;

    [SetUp]
    public void Fill() => _pool = new BodyPool(Most, TimeSpan.FromSeconds(5), _clock);

    [Test]
    public void Small_bodies_fit_where_large_ones_do_not()
    {
        using var first = Take(Large);
        using var second = Take(Large);
        using var third = _pool.Open();
        Assert.That(third.TryTake(Large), Is.False);
        Assert.That(third.TryTake(64 * 1024), "an eighth is for small bodies");
        Assert.That(_pool.Taken, Is.EqualTo((2 * Large) + (64 * 1024)));
    }

    [Test]
    public async Task The_largest_body_that_comes_slowly_makes_room()
    {
        using var smaller = Take(Large);
        using var larger = Take(Large + 50_000);
        var (keeps, loses) = (smaller.Watch(default), larger.Watch(default));
        using var next = _pool.Open();
        Assert.That(next.TryTake(Large), Is.False, "nobody is slow yet");

        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That(next.TryTake(Large), "the largest goes");
        await Eventually.TrueAsync(() => loses.IsCancellationRequested, "its request is cut off");
        Assert.That(larger.IsCut && !smaller.IsCut && !keeps.IsCancellationRequested);
        Assert.That(larger.TryTake(1), Is.False, "it gets nothing any more");
        larger.Dispose();
        Assert.That(_pool.Taken, Is.EqualTo(2 * Large), "and gives nothing back twice");
    }

    [Test]
    public void What_has_come_whole_is_never_cut_off()
    {
        using var first = Take(2 * Large);
        var token = first.Watch(default);
        first.Settle();
        _clock.Advance(TimeSpan.FromMinutes(1));
        using var next = _pool.Open();
        Assert.That(next.TryTake(Large), Is.False);
        Assert.That(token.IsCancellationRequested, Is.False);
    }

    [Test]
    public void A_small_body_does_not_make_room_for_a_large_one()
    {
        using var first = Take(2 * Large);
        using var small = Take(4_096);
        small.Watch(default);
        _clock.Advance(TimeSpan.FromMinutes(1));
        using var next = _pool.Open();
        Assert.That(next.TryTake(Large), Is.False);
        Assert.That(small.IsCut, Is.False);
    }

    [Test]
    public void Refusing_one_of_many_costs_no_look_at_all_of_them()
    {
        const int Many = 2_000;
        var clock = new CountedClock(_clock);
        _pool = new BodyPool(Many, TimeSpan.FromSeconds(5), clock);
        var leases = Enumerable.Range(0, Many).Select(_ => Take(1)).ToList();
        foreach (var lease in leases) lease.Watch(default);
        var before = clock.Looks;
        Assert.That(leases.Count(lease => lease.TryTake(1)), Is.Zero, "the pool is full, and nobody is slow yet");
        Assert.That(clock.Looks - before, Is.InRange(Many, 4 * Many), "one look at the age of every body, and one or two a refusal");
        leases.ForEach(lease => lease.Dispose());
    }

    private BodyLease Take(int bytes)
    {
        var lease = _pool.Open();
        Assert.That(lease.TryTake(bytes));
        return lease;
    }

    /// <summary>A clock that counts how often it is read: the age of a body is a reading.</summary>
    private sealed class CountedClock(TimeProvider clock) : TimeProvider
    {
        public int Looks { get; private set; }

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp()
        {
            Looks++;
            return clock.GetTimestamp();
        }
    }
}
