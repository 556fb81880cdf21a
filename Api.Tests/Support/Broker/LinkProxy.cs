using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HealthApi.Api.Tests.Support.Broker;

/// <summary>The condition of a <see cref="LinkProxy"/>: bytes pass at once, pass late, or do not pass.</summary>
internal enum LinkState { Good, Slow, Silent }

/// <summary>
/// A TCP proxy in front of the broker. It can be slow, cut its connections, or go silent (half open: neither side gets an error).
/// </summary>
internal sealed class LinkProxy : IAsyncDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly CancellationTokenSource _disposed = new();
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

    /// <summary>Bytes forwarded so far, both directions together.</summary>
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
        await _disposed.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Cut();
        _disposed.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var caller = await _listener.AcceptSocketAsync(_disposed.Token);
                _sockets[caller] = true;
                _ = Task.Run(() => LinkAsync(caller));
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy was disposed.
        }
    }

    private async Task LinkAsync(Socket caller)
    {
        var broker = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _sockets[broker] = true;
        try
        {
            await broker.ConnectAsync(IPAddress.Loopback, _target, _disposed.Token);
            await Task.WhenAny(CarryAsync(caller, broker), CarryAsync(broker, caller));
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The link was cut, or the broker does not accept connections.
        }

        caller.Dispose();
        broker.Dispose();
    }

    private async Task CarryAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _disposed.Token) is var read and > 0)
            {
                if (State == LinkState.Slow) await Task.Delay(Delay, _disposed.Token);
                while (State == LinkState.Silent) await Task.Delay(Delay, _disposed.Token);
                await to.SendAsync(buffer.AsMemory(0, read), _disposed.Token);
                Interlocked.Add(ref _carried, read);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The connection was closed by either side, by Cut or by Dispose.
        }
    }
}
