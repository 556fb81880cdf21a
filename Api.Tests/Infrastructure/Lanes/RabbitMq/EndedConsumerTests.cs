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
        var ended = new TaskCompletionSource();
        await using var bus = Start(() => ended.TrySetResult(), endpoint => endpoint.ConfigureChannel(channel => channel.UseExecute(_ => throw new OperationCanceledException())));
        await Eventually.TrueAsync(() => ended.Task.IsCompleted, "the end is told");
    }

    [Test]
    public async Task Other_failures_are_tried_again_and_a_stop_is_no_end()
    {
        var (ends, tries) = (0, 0);
        var bus = Start(() => Interlocked.Increment(ref ends), endpoint => endpoint.ConfigureChannel(channel => channel.UseExecute(_ =>
        {
            if (Interlocked.Increment(ref tries) < 3) throw new InvalidOperationException("Try again.");
        })));
        await Eventually.TrueAsync(() => Volatile.Read(ref tries) >= 3, "the consumer comes back");
        await bus.DisposeAsync();
        Assert.That(ends, Is.Zero);
    }

    private static RunningBus Start(Action ended, Action<IRabbitMqReceiveEndpointConfigurator> configure)
    {
        var buses = new RabbitMqBus(new RabbitMqOptions { Uri = RabbitMqBroker.Shared.NewUri() }, NullLoggerFactory.Instance);
        return buses.Start("test", TimeSpan.FromSeconds(5), bus => bus.ReceiveEndpoint("ended", configure), ended);
    }
}
