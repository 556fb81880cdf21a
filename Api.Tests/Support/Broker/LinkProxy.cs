using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HealthApi.Api.Tests.Support.Broker;

/// <summary>What a network does to a link.</summary>
internal enum LinkState { Good, Slow, Silent }

/// <summary>A TCP link to the broker that can fall silent (half open: nobody is told), be slow, or be cut.</summary>
internal sealed class LinkProxy : IAsyncDisposable
{
    private static readonly TimeSpan Slowness = TimeSpan.FromMilliseconds(100);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly CancellationTokenSource _over = new();
    private readonly int _target;
    private readonly Task _accepting;
    private long _carried;

    public LinkProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public LinkState State { get; set; }

    /// <summary>Bytes that came through so far, both ways together.</summary>
    public long Carried => Interlocked.Read(ref _carried);

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cuts every connection with a reset.</summary>
    public void Cut()
    {
        foreach (var socket in _sockets.Keys) socket.Close(timeout: 0);
        _sockets.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Cut();
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var caller = await _listener.AcceptSocketAsync(_over.Token);
                _sockets[caller] = true;
                _ = Task.Run(() => LinkAsync(caller));
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The row is over.
        }
    }

    private async Task LinkAsync(Socket caller)
    {
        var broker = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _sockets[broker] = true;
        try
        {
            await broker.ConnectAsync(IPAddress.Loopback, _target, _over.Token);
            await Task.WhenAny(CarryAsync(caller, broker), CarryAsync(broker, caller));
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Cut, or the broker is away.
        }

        caller.Dispose();
        broker.Dispose();
    }

    private async Task CarryAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _over.Token) is var read and > 0)
            {
                if (State == LinkState.Slow) await Task.Delay(Slowness, _over.Token);
                while (State == LinkState.Silent) await Task.Delay(Slowness, _over.Token);
                await to.SendAsync(buffer.AsMemory(0, read), _over.Token);
                Interlocked.Add(ref _carried, read);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Cut by either side, or by us.
        }
    }
}
