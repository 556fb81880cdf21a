using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// MassTransit's connection, less patient than it is: consumers come back a second or two after the broker does, not up to half a minute,
/// and whatever ended them; and a publish that fails tells so at once, since there is a table to spill to.
/// </summary>
internal sealed class LaneHostConfiguration(IRabbitMqBusConfiguration bus, IRabbitMqTopologyConfiguration topology)
    : RabbitMqHostConfiguration(bus, topology)
{
    private static readonly TimeSpan[] Reconnecting = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(500), 100)];

    /// <summary>The receive transport begins it again when it is used up.</summary>
    public override IRetryPolicy ReceiveTransportRetryPolicy { get; } = Retry.Intervals(Reconnecting);

    public override IRetryPolicy SendTransportRetryPolicy => Retry.None;
}
