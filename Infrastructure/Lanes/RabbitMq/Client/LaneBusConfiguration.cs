using MassTransit;
using MassTransit.Configuration;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>A bus over <see cref="LaneHostConfiguration"/>, whose changes MassTransit has no settings for.</summary>
internal sealed class LaneBusConfiguration : RabbitMqBusConfiguration, IRabbitMqBusConfiguration
{
    private readonly LaneHostConfiguration _host;

    /// <param name="topology">The bus's topology.</param>
    public LaneBusConfiguration(IRabbitMqTopologyConfiguration topology)
        : base(topology) => _host = new LaneHostConfiguration(this, topology);

    public IConnectionContextSupervisor Connection => _host.ConnectionContextSupervisor;

    IRabbitMqHostConfiguration IRabbitMqBusConfiguration.HostConfiguration => _host;

    IHostConfiguration IBusConfiguration.HostConfiguration => _host;

    ConnectHandle IEndpointConfigurationObserverConnector.ConnectEndpointConfigurationObserver(IEndpointConfigurationObserver observer) =>
        _host.ConnectEndpointConfigurationObserver(observer);
}
