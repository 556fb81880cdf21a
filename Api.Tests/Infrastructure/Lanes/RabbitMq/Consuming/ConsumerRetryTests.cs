using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Broker;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>A consumer tries again by itself after every failure to consume from its queue.</summary>
internal sealed class ConsumerRetryTests
{
    [Test]
    public Task A_cancelled_operation_is_retried() => RetriesAfterAsync(new OperationCanceledException());

    [Test]
    public Task Any_other_failure_is_retried() => RetriesAfterAsync(new InvalidOperationException("Try again."));

    private static async Task RetriesAfterAsync(Exception failure)
    {
        var tries = 0;
        var buses = new RabbitMqBus(new RabbitMqOptions { Uri = RabbitMqBroker.Shared.NewUri() }, NullLoggerFactory.Instance);
        await using var bus = buses.Start("test", TimeSpan.FromSeconds(5), bus => bus.ReceiveEndpoint("retried", endpoint =>
            endpoint.ConfigureChannel(channel => channel.UseExecute(_ =>
            {
                if (Interlocked.Increment(ref tries) < 4) throw failure;
            }))));
        await Eventually.TrueAsync(() => Volatile.Read(ref tries) >= 4, "the consumer tries again");
    }
}
