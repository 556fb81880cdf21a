using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HealthApi.Benchmarks.Faults.Hostile;

/// <summary>Sends bytes over a separate connection and returns the status of the answer.</summary>
internal static class RawCall
{
    /// <summary>The status that is reported for a request that was neither answered nor closed in time.</summary>
    public const int Unanswered = 599;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90), Idle = TimeSpan.FromSeconds(3);

    public static Socket Connect(Uri server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, server.Port);
        return socket;
    }

    /// <summary>The status and the head of the answer; status 0 where the connection was closed without an answer.</summary>
    public static async Task<(int Status, string Head)> SendAsync(Uri server, byte[] request)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var socket = Connect(server);
        var reading = ReadAsync(socket);
        try
        {
            for (var sent = 0; sent < request.Length;) sent += await socket.SendAsync(request.AsMemory(sent), patience.Token);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            // The server answered and closed the connection, or stopped reading, before everything was sent.
        }

        var head = await reading;
        if (head is null) return (Unanswered, "no answer");
        return (head.Length > 12 && int.TryParse(head.AsSpan(9, 3), out var status) ? status : 0, head);
    }

    /// <summary>
    /// Reads to the end, since an unread answer occupies the server's memory, and returns the beginning; null where nothing arrives. Where
    /// the connection stays open, the answer ends when no more bytes arrive.
    /// </summary>
    private static async Task<string?> ReadAsync(Socket socket)
    {
        var (buffer, head) = (new byte[16 * 1024], "");
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (await socket.ReceiveAsync(buffer, patience.Token) is var read and > 0)
            {
                if (head.Length < 2_000) head += Encoding.Latin1.GetString(buffer, 0, read);
                patience.CancelAfter(Idle);
            }
        }
        catch (SocketException)
        {
            // The connection was reset after the answer: what was received before counts.
        }
        catch (OperationCanceledException)
        {
            return head.Length > 0 ? head : null;
        }

        return head;
    }
}
