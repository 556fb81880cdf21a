using System.Net.Security;
using System.Security.Authentication;
using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// Starts the buses. Publishing and consuming use separate connections, so that a broker which blocks publishers (memory or disk alarm)
/// still takes the acknowledgements that relieve it. The buses are built with MassTransit's bus factory and not with its service
/// registration, because only the registration reports usage.
/// </summary>
internal sealed class RabbitMqBus(RabbitMqOptions options, ILoggerFactory loggers)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10), RequestTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A bus for the lanes: batches as raw bytes.</summary>
    /// <param name="connectionName">How the broker lists the connection.</param>
    /// <param name="stopTimeout">How long its consumers may take to finish their messages.</param>
    /// <param name="configure">Adds the endpoints and the topology.</param>
    public RunningBus Start(string connectionName, TimeSpan stopTimeout, Action<IRabbitMqBusFactoryConfigurator> configure) =>
        Build(connectionName, stopTimeout, bus =>
        {
            bus.ClearSerialization();
            var serializer = new EventBatchSerializer();
            bus.AddSerializer(serializer);
            bus.AddDeserializer(serializer, isDefault: true);
            configure(bus);
        });

    /// <summary>A bus for the consumers of other systems: MassTransit's own JSON envelope.</summary>
    public RunningBus StartJson(string connectionName, TimeSpan stopTimeout) => Build(connectionName, stopTimeout, bus =>
        bus.ConfigureJsonSerializerOptions(options =>
        {
            options.WriteIndented = false;
            return options;
        }));

    private RunningBus Build(string connectionName, TimeSpan stopTimeout, Action<IRabbitMqBusFactoryConfigurator> configure)
    {
        LogContext.ConfigureCurrentLogContext(loggers);
        var configuration = new LaneBusConfiguration(new RabbitMqTopologyConfiguration(RabbitMqBusFactory.CreateMessageTopology()));
        var bus = new RabbitMqBusFactoryConfigurator(configuration);
        bus.Host(new Uri(options.Uri), connectionName, Connect);
        configure(bus);
        return new RunningBus(bus.Build(configuration), configuration.Connection, stopTimeout);
    }

    private void Connect(IRabbitMqHostConfigurator host)
    {
        host.PublisherConfirmation = true;
        host.Heartbeat(Heartbeat);
        host.RequestedConnectionTimeout(RequestTimeout);
        host.ContinuationTimeout(RequestTimeout);
        host.OnRefreshConnectionFactory = factory =>
        {
            factory.SocketFactory = BrokerSocket.Create;
            return Task.CompletedTask;
        };
        if (options.IsTls) host.UseSsl(Encrypt);
    }

    // MassTransit's default accepts untrusted certificates.
    private void Encrypt(IRabbitMqSslConfigurator tls)
    {
        tls.ServerName = new Uri(options.Uri).Host;
        tls.Protocol = SslProtocols.None;
        tls.EnforcePolicyErrors(
            SslPolicyErrors.RemoteCertificateChainErrors
            | SslPolicyErrors.RemoteCertificateNameMismatch
            | SslPolicyErrors.RemoteCertificateNotAvailable);
    }
}
