using System.Net.Sockets;

namespace HealthApi.Infrastructure.Webhooks.Sending;

/// <summary>
/// Opens the connections of the sender: resolves the host once, refuses it if any address is not public, and dials only the checked
/// addresses.
/// </summary>
internal sealed class WebhookConnector(HostResolver resolver, bool allowPrivate)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var endPoint = context.DnsEndPoint;
        var addresses = await resolver.ResolveAsync(endPoint.Host.TrimEnd('.'), allowPrivate, cancellation);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, endPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
