using HealthApi.Api.Tests.Support;
using HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;
using MassTransit;
using NUnit.Framework;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>
/// Consumers count as lost when one is missing and none has given a sign of life for <see cref="ConsumerWatch.Patience"/>.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ConsumerWatchTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ConsumerWatch _watch;

    public ConsumerWatchTests() => _watch = new ConsumerWatch(2, _clock);

    [Test]
    public async Task Consumers_that_are_all_ready_may_be_silent_for_any_time()
    {
        await ReadyAsync(1);
        await ReadyAsync(2);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.That(_watch.IsStuck, Is.False);
    }

    [Test]
    public async Task A_consumer_that_does_not_come_back_and_reports_no_attempt_is_lost()
    {
        await ReadyAsync(1);
        await ReadyAsync(2);
        await GoneAsync(1);
        await GoneAsync(2);
        await ReadyAsync(1);
        _clock.Advance(ConsumerWatch.Patience - TimeSpan.FromTicks(1));
        Assert.That(_watch.IsStuck, Is.False);
        var lost = _watch.WaitAsync(CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await lost.WaitAsync(Eventually.Patience);
        Assert.That(_watch.IsStuck, Is.True);
    }

    [Test]
    public void Consumers_that_never_became_ready_are_lost()
    {
        _clock.Advance(ConsumerWatch.Patience);
        Assert.That(_watch.IsStuck, Is.True);
    }

    [Test]
    public async Task While_the_broker_is_unreachable_every_failed_attempt_shows_that_the_consumers_are_alive()
    {
        await ReadyAsync(1);
        for (var minute = 0; minute < 60; minute++)
        {
            await FaultedAsync(1, new InvalidOperationException("The broker is unreachable."));
            _clock.Advance(ConsumerWatch.Patience - TimeSpan.FromTicks(1));
            Assert.That(_watch.IsStuck, Is.False);
        }
    }

    [Test]
    public async Task Failed_attempts_on_a_closed_connection_do_not_show_that_the_consumers_are_alive()
    {
        await ReadyAsync(1);
        var closed = new RabbitMqConnectionException(
            "faulted", new AlreadyClosedException(new ShutdownEventArgs(ShutdownInitiator.Library, 541, "reset")));
        for (var second = 0; second < ConsumerWatch.Patience.TotalSeconds; second++)
        {
            Assert.That(_watch.IsStuck, Is.False);
            await FaultedAsync(1, closed);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(_watch.IsStuck, Is.True);
    }

    private Task ReadyAsync(int lane) => _watch.Ready(new Ready(Address(lane)));

    private Task GoneAsync(int lane) => _watch.Completed(new Completed(Address(lane)));

    private Task FaultedAsync(int lane, Exception exception) => _watch.Faulted(new Faulted(Address(lane), exception));

    private static Uri Address(int lane) => new($"rabbitmq://localhost/lane-{lane}");

    private sealed record Ready(Uri InputAddress) : ReceiveEndpointReady
    {
        public IReceiveEndpoint ReceiveEndpoint => null!;

        public bool IsStarted => true;
    }

    private sealed record Completed(Uri InputAddress) : ReceiveEndpointCompleted
    {
        public IReceiveEndpoint ReceiveEndpoint => null!;

        public long DeliveryCount => 0;

        public long ConcurrentDeliveryCount => 0;
    }

    private sealed record Faulted(Uri InputAddress, Exception Exception) : ReceiveEndpointFaulted
    {
        public IReceiveEndpoint ReceiveEndpoint => null!;
    }
}
