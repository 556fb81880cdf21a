using System.Net.Sockets;
using RabbitMQ.Client;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// A socket to the broker whose writes never throw. The first failed write closes the link, which the reader notices, and everything
/// written later is discarded. Otherwise the client's write loop would end at a failed write and leave its queue of 128 frames full. The
/// next write would then wait for ever, and so would the closing of the connection, which waits for the consumers' acknowledgements
/// (rabbitmq-dotnet-client #1930, fixed after 7.2).
/// </summary>
internal sealed class BrokerSocket(Socket socket) : TcpClientAdapter(socket)
{
    /// <summary>Creates the socket as the client creates its own.</summary>
    public static ITcpClient Create(AddressFamily family) =>
        new BrokerSocket(new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });

    public override NetworkStream GetStream() => new LinkStream(Client);

    private sealed class LinkStream(Socket socket) : NetworkStream(socket)
    {
        private bool _broken;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_broken) return;
            try
            {
                await base.WriteAsync(buffer, cancellationToken);
            }
            catch (Exception failure) when (failure is IOException or ObjectDisposedException)
            {
                _broken = true;
                Socket.Dispose();
            }
        }
    }
}
