using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// MassTransit's connection with shorter waits. Consumers reconnect within a second or two after the broker is back, for whatever reason
/// they ended; by default they may need half a minute. A failed publish is reported at once, since there is a table to spill to.
/// </summary>
internal sealed class LaneHostConfiguration(IRabbitMqBusConfiguration bus, IRabbitMqTopologyConfiguration topology)
    : RabbitMqHostConfiguration(bus, topology)
{
    private static readonly TimeSpan[] Reconnecting = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(500), 100)];

    /// <summary>The receive transport starts again with the first interval when all are used up.</summary>
    public override IRetryPolicy ReceiveTransportRetryPolicy { get; } = Retry.Intervals(Reconnecting);

    public override IRetryPolicy SendTransportRetryPolicy => Retry.None;
}
