using HealthApi.Infrastructure.Outbox;
using HealthApi.Infrastructure.Webhooks;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Outbox;

/// <summary>How much a lane takes on, by what its endpoint does.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LaneWindowTests
{
    private const int Widest = 32;

    private readonly LaneWindow _window = new(Widest);

    [Test]
    public void It_grows_with_success_to_its_widest()
    {
        Answer(times: 100, status: 200, milliseconds: 50);
        Assert.That(_window.InFlight, Is.EqualTo(Widest));
    }

    [Test]
    public void It_shrinks_to_one_with_failure()
    {
        Answer(times: 100, status: 200, milliseconds: 50);
        Answer(times: 5, status: 503, milliseconds: 50);
        Assert.That(_window.InFlight, Is.EqualTo(1));
    }

    [TestCase(0, 32)]
    [TestCase(2, 32)]
    [TestCase(5, 20)]
    [TestCase(100, 8)]
    [TestCase(1_000, 8)]
    [TestCase(1_001, 1)]
    public void It_holds_what_the_endpoint_takes_in_a_tenth_of_a_second_within_bounds(int milliseconds, int perPlace)
    {
        Answer(times: 100, status: 200, milliseconds);
        Assert.That(_window.Depth, Is.EqualTo(Widest * perPlace));
    }

    [Test]
    public void It_is_one_once_the_circuit_has_opened()
    {
        Answer(times: 100, status: 200, milliseconds: 50);
        _window.Close();
        Assert.That(_window.InFlight, Is.EqualTo(1));
    }

    private void Answer(int times, int status, int milliseconds)
    {
        var attempt = new DeliveryAttempt(DateTimeOffset.UnixEpoch, TimeSpan.FromMilliseconds(milliseconds), status, null, null, null);
        for (var time = 0; time < times; time++) _window.Adapt(attempt);
    }
}
