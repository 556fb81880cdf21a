using HealthApi.Api.Tests.Support;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Lanes.RabbitMq;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq;

/// <summary>MassTransit gives a consumer up for good where an operation on its channel is cancelled; we hear of it.</summary>
internal sealed class EndedConsumerTests
{
    [Test]
    public async Task A_cancelled_operation_ends_a_consumer_and_that_is_told()
    {
        var watch = new ConsumerWatch(1, TimeProvider.System);
        await using var bus = Start(watch, endpoint => endpoint.ConfigureChannel(channel => channel.UseExecute(_ => throw new OperationCanceledException())));
        await watch.WaitAsync(CancellationToken.None).WaitAsync(Eventually.Patience);
        Assert.That(watch.IsStuck, Is.False, "it is told at once");
    }

    [Test]
    public async Task Other_failures_are_tried_again_and_a_stop_is_no_end()
    {
        var tries = 0;
        var watch = new ConsumerWatch(1, TimeProvider.System);
        var bus = Start(watch, endpoint => endpoint.ConfigureChannel(channel => channel.UseExecute(_ =>
        {
            if (Interlocked.Increment(ref tries) < 3) throw new InvalidOperationException("Try again.");
        })));
        await Eventually.TrueAsync(() => Volatile.Read(ref tries) >= 3, "the consumer comes back");
        var ended = watch.WaitAsync(CancellationToken.None);
        await bus.DisposeAsync();
        Assert.That(ended.IsCompleted, Is.False);
    }

    private static RunningBus Start(ConsumerWatch watch, Action<IRabbitMqReceiveEndpointConfigurator> configure)
    {
        var buses = new RabbitMqBus(new RabbitMqOptions { Uri = RabbitMqBroker.Shared.NewUri() }, NullLoggerFactory.Instance);
        return buses.Start("test", TimeSpan.FromSeconds(5), bus => bus.ReceiveEndpoint("ended", configure), watch);
    }
}
