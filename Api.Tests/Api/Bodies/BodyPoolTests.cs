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
    public void A_small_body_fits_when_a_large_one_does_not()
    {
        using var first = Take(Large);
        using var second = Take(Large);
        using var third = _pool.Open();
        Assert.That(third.TryTake(Large), Is.False);
        Assert.That(third.TryTake(64 * 1024), "an eighth of the pool is reserved for small bodies");
        Assert.That(_pool.Taken, Is.EqualTo((2 * Large) + (64 * 1024)));
    }

    [Test]
    public async Task The_largest_slow_body_is_cut_off_to_make_room()
    {
        using var smaller = Take(Large);
        using var larger = Take(Large + 50_000);
        var (keeps, loses) = (smaller.Watch(default), larger.Watch(default));
        using var next = _pool.Open();
        Assert.That(next.TryTake(Large), Is.False, "no body counts as slow yet");

        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That(next.TryTake(Large), "the largest slow body was cut off");
        await Eventually.TrueAsync(() => loses.IsCancellationRequested, "the request of the largest body is cancelled");
        Assert.That(larger.IsCut && !smaller.IsCut && !keeps.IsCancellationRequested);
        Assert.That(larger.TryTake(1), Is.False, "a cut body gets no more memory");
        larger.Dispose();
        Assert.That(_pool.Taken, Is.EqualTo(2 * Large), "its memory is not given back twice");
    }

    [Test]
    public void A_complete_body_is_never_cut_off()
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
    public void A_small_slow_body_is_not_cut_off_for_a_large_one()
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
    public void Refusing_many_bodies_checks_the_age_of_each_body_only_once()
    {
        const int Many = 2_000;
        var clock = new CountedClock(_clock);
        _pool = new BodyPool(Many, TimeSpan.FromSeconds(5), clock);
        var leases = Enumerable.Range(0, Many).Select(_ => Take(1)).ToList();
        foreach (var lease in leases) lease.Watch(default);
        var before = clock.Readings;
        Assert.That(leases.Count(lease => lease.TryTake(1)), Is.Zero, "the pool is full, and no body counts as slow yet");
        Assert.That(clock.Readings - before, Is.InRange(Many, 4 * Many),
            "one reading of the clock for each body, and one or two for each refusal");
        leases.ForEach(lease => lease.Dispose());
    }

    private BodyLease Take(int bytes)
    {
        var lease = _pool.Open();
        Assert.That(lease.TryTake(bytes));
        return lease;
    }

    /// <summary>A clock that counts its readings; checking the age of a body reads it once.</summary>
    private sealed class CountedClock(TimeProvider clock) : TimeProvider
    {
        public int Readings { get; private set; }

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp()
        {
            Readings++;
            return clock.GetTimestamp();
        }
    }
}
