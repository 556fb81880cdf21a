using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace HealthApi.Benchmarks.Load;

/// <summary>
/// One kept-alive connection that posts and reads the status with as little work as possible, so that the load generator uses little of the
/// machine.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly List<ArraySegment<byte>> _parts = [default, default];
    private readonly byte[] _answer = new byte[64 * 1024];

    public static async Task<HttpConnection> OpenAsync(Uri target)
    {
        var connection = new HttpConnection();
        await connection._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, target.Port));
        return connection;
    }

    /// <summary>Posts and returns the status once the whole answer has arrived.</summary>
    public async Task<int> PostAsync(HttpRequestBytes request)
    {
        _parts[0] = Segment(request.Head);
        _parts[1] = Segment(request.Body.Bytes);
        var sent = await _socket.SendAsync(_parts, SocketFlags.None);
        var rest = request.Body.Bytes[Math.Max(0, sent - request.Head.Length)..];
        while (rest.Length > 0) rest = rest[await _socket.SendAsync(rest, SocketFlags.None)..];
        return await ReceiveAsync();
    }

    public void Dispose() => _socket.Dispose();

    private async Task<int> ReceiveAsync()
    {
        var received = 0;
        while (true)
        {
            var read = await _socket.ReceiveAsync(_answer.AsMemory(received), SocketFlags.None);
            if (read == 0) throw new IOException("The server closed the connection.");
            received += read;
            if (IsWhole(_answer.AsSpan(0, received))) return Status(_answer);
        }
    }

    private static int Status(ReadOnlySpan<byte> answer) => ((answer[9] - '0') * 100) + ((answer[10] - '0') * 10) + (answer[11] - '0');

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var head = answer[..(end + 4)];
        if (head.IndexOf("Transfer-Encoding: chunked"u8) >= 0) return answer.EndsWith("0\r\n\r\n"u8);
        var length = head.IndexOf("Content-Length: "u8);
        return length < 0 || (Utf8Parser.TryParse(head[(length + 16)..], out int body, out _) && answer.Length >= head.Length + body);
    }

    private static ArraySegment<byte> Segment(ReadOnlyMemory<byte> bytes) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var segment) ? segment : bytes.ToArray();
}
