using System.Net.Sockets;
using RabbitMQ.Client;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// A socket to the broker on which no write fails: once one has, the link is closed, of which the reader hears, and what is written after
/// it goes nowhere. The client's writing loop ends at a failed write and leaves its queue of 128 frames as it is. Whoever writes the next
/// one waits for ever, and so does the end of the connection, which waits for the consumers' acknowledgements (rabbitmq-dotnet-client
/// #1930, mended after 7.2).
/// </summary>
internal sealed class BrokerSocket(Socket socket) : TcpClientAdapter(socket)
{
    /// <summary>As the client makes its own.</summary>
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
