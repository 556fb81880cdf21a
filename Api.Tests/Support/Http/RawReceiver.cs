using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>
/// A receiver for responses that no HTTP server sends: it reads a request and then writes the chunks of a script as raw bytes.
/// </summary>
internal sealed class RawReceiver : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _disposed = new();
    private readonly Func<IEnumerable<string>> _script;
    private int _requests;

    /// <param name="script">Makes the chunks of the response. Each is sent before the next is read; after a chunk of one byte, 20 ms
    /// pass.</param>
    public RawReceiver(Func<IEnumerable<string>> script)
    {
        _script = script;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public int Requests => Volatile.Read(ref _requests);

    public void Dispose()
    {
        _disposed.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = AnswerAsync(await _listener.AcceptSocketAsync(_disposed.Token));
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        using var connection = socket;
        try
        {
            await socket.ReceiveAsync(new byte[64 * 1024], _disposed.Token);
            Interlocked.Increment(ref _requests);
            foreach (var chunk in _script())
            {
                await socket.SendAsync(Encoding.Latin1.GetBytes(chunk), _disposed.Token);
                if (chunk.Length == 1) await Task.Delay(TimeSpan.FromMilliseconds(20), _disposed.Token);
            }
        }
        catch (Exception closed) when (closed is SocketException or OperationCanceledException)
        {
            // The sender gave up, or the test is over.
        }
    }
}
