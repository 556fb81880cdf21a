using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>
/// A receiver that says what no proper server would: it takes a request's bytes and then writes what the script gives, as it comes.
/// </summary>
internal sealed class RawReceiver : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Func<IEnumerable<string>> _script;
    private int _requests;

    /// <param name="script">The pieces of the answer; each is written whole before the next is asked for.</param>
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
        _over.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = AnswerAsync(await _listener.AcceptSocketAsync(_over.Token));
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
            await socket.ReceiveAsync(new byte[64 * 1024], _over.Token);
            Interlocked.Increment(ref _requests);
            foreach (var piece in _script())
            {
                await socket.SendAsync(Encoding.Latin1.GetBytes(piece), _over.Token);
                if (piece.Length == 1) await Task.Delay(TimeSpan.FromMilliseconds(20), _over.Token);
            }
        }
        catch (Exception closed) when (closed is SocketException or OperationCanceledException)
        {
            // The sender gave up, or the test is over.
        }
    }
}
