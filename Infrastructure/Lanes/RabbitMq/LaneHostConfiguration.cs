using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;

namespace HealthApi.Infrastructure.Lanes.RabbitMq;

/// <summary>
/// MassTransit's connection, less patient than it is: consumers come back a second or two after the broker does, not up to half a minute, and
/// whatever ended them; and a publish that fails tells so at once, since there is a table to spill to.
/// </summary>
internal sealed class LaneHostConfiguration(IRabbitMqBusConfiguration bus, IRabbitMqTopologyConfiguration topology, Action ended)
    : RabbitMqHostConfiguration(bus, topology)
{
    private static readonly TimeSpan ReconnectInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>The receive transport begins it again when it is used up.</summary>
    public override IRetryPolicy ReceiveTransportRetryPolicy { get; } = new WatchedRetryPolicy(Retry.Interval(100, ReconnectInterval), ended);

    public override IRetryPolicy SendTransportRetryPolicy => Retry.None;
}
