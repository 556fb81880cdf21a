using System.Net.Security;
using System.Security.Authentication;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes.RabbitMq;

/// <summary>
/// Builds the buses. Publishing and consuming have a connection each, so that a broker which blocks publishers (memory or disk alarm) still
/// takes the acknowledgements which would relieve it. Built by MassTransit's factory and not by its registration: the latter alone reports usage.
/// </summary>
internal sealed class RabbitMqBus(RabbitMqOptions options, ILoggerFactory loggers)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10), RequestTimeout = TimeSpan.FromSeconds(5);

    public IBusControl Create(string connectionName, Action<IRabbitMqBusFactoryConfigurator> configure)
    {
        LogContext.ConfigureCurrentLogContext(loggers);
        return Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            bus.Host(new Uri(options.Uri), connectionName, Connect);
            bus.AutoStart = false;
            bus.ClearSerialization();
            var serializer = new EventBatchSerializer();
            bus.AddSerializer(serializer);
            bus.AddDeserializer(serializer, isDefault: true);
            configure(bus);
        });
    }

    private void Connect(IRabbitMqHostConfigurator host)
    {
        host.PublisherConfirmation = true;
        host.Heartbeat(Heartbeat);
        host.RequestedConnectionTimeout(RequestTimeout);
        host.ContinuationTimeout(RequestTimeout);
        if (options.IsTls) host.UseSsl(Encrypt);
    }

    // MassTransit's default accepts certificates that nobody vouches for.
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
