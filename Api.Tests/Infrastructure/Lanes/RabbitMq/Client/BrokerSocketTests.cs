using System.Net;
using System.Net.Sockets;
using HealthApi.Api.Tests.Support;
using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>When the link to the broker breaks, only the reader of the socket reports it, and no writer waits for it.</summary>
internal sealed class BrokerSocketTests
{
    private static readonly byte[] Frame = new byte[64 * 1024];

    [Test]
    public async Task Written_bytes_arrive()
    {
        var (stream, peer) = await ConnectAsync();
        await using var _ = stream;
        using var __ = peer;
        await stream.WriteAsync("AMQP"u8.ToArray());
        var read = new byte[4];
        await peer.ReceiveAsync(read);
        Assert.That(read, Is.EqualTo("AMQP"u8.ToArray()));
    }

    [Test]
    public async Task After_a_reset_every_write_completes_at_once_and_the_read_ends()
    {
        var (stream, peer) = await ConnectAsync();
        await using var _ = stream;
        var reading = stream.ReadAsync(new byte[1]).AsTask();
        Reset(peer);

        for (var frame = 0; frame < 1_000; frame++) await stream.WriteAsync(Frame).AsTask().WaitAsync(Eventually.Patience);
        await reading.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(Eventually.Patience);
        Assert.That(reading.IsFaulted || reading.Result == 0, Is.True, "an error or the end of the stream, whichever comes first");
    }

    [Test]
    public async Task A_write_that_a_reset_interrupts_completes()
    {
        var (stream, peer) = await ConnectAsync();
        await using var _ = stream;
        Task writing;
        do writing = stream.WriteAsync(Frame).AsTask();
        while (writing.IsCompletedSuccessfully);
        Reset(peer);
        await writing.WaitAsync(Eventually.Patience);
    }

    [Test]
    public async Task A_cancelled_write_throws()
    {
        var (stream, peer) = await ConnectAsync();
        await using var _ = stream;
        using var __ = peer;
        Assert.That(
            async () =>
            await stream.WriteAsync(Frame, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    private static void Reset(Socket peer)
    {
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
    }

    private static async Task<(NetworkStream Stream, Socket Peer)> ConnectAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = BrokerSocket.Create(AddressFamily.InterNetwork);
        var address = (IPEndPoint)listener.LocalEndpoint;
        await client.ConnectAsync(address.Address, address.Port);
        return (client.GetStream(), await listener.AcceptSocketAsync());
    }
}
