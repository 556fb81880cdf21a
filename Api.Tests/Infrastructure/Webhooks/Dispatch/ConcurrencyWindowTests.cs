using HealthApi.Infrastructure.Webhooks.Dispatch;
using HealthApi.Infrastructure.Webhooks.Sending;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Webhooks.Dispatch;

/// <summary>The number of deliveries that a subscription sender sends at once and queues follows from the receiver's answers.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ConcurrencyWindowTests
{
    private readonly ConcurrencyWindow _window = new();

    [TestCase(49, 64)]
    [TestCase(50, 32)]
    [TestCase(5_000, 32)]
    public void The_window_grows_with_success_and_grows_larger_for_a_fast_receiver(int milliseconds, int widest)
    {
        Answer(times: 100, status: 200, milliseconds);
        Assert.That(_window.InFlight, Is.EqualTo(widest));
    }

    [Test]
    public void The_window_shrinks_to_one_with_failures()
    {
        Answer(times: 100, status: 200, milliseconds: 10);
        Answer(times: 6, status: 503, milliseconds: 10);
        Assert.That(_window.InFlight, Is.EqualTo(1));
    }

    [TestCase(0, 64 * 32)]
    [TestCase(9, 64 * 32)]
    [TestCase(20, 64 * 15)]
    [TestCase(100, 32 * 8)]
    [TestCase(1_000, 32 * 8)]
    [TestCase(1_001, 32)]
    public void The_queue_holds_what_the_receiver_takes_in_a_third_of_a_second_within_bounds(int milliseconds, int depth)
    {
        Answer(times: 100, status: 200, milliseconds);
        Assert.That(_window.Depth, Is.EqualTo(depth));
    }

    [Test]
    public void The_window_is_one_after_the_circuit_has_opened()
    {
        Answer(times: 100, status: 200, milliseconds: 10);
        _window.Close();
        Assert.That(_window.InFlight, Is.EqualTo(1));
    }

    private void Answer(int times, int status, int milliseconds)
    {
        var attempt = new DeliveryAttempt(DateTimeOffset.UnixEpoch, TimeSpan.FromMilliseconds(milliseconds), status, null, null, null);
        for (var time = 0; time < times; time++) _window.Adapt(attempt);
    }
}
