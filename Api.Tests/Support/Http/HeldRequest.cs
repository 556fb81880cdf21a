using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>A request over a raw connection whose body the test sends in steps of its own.</summary>
internal sealed class HeldRequest : IDisposable
{
    private static readonly TimeSpan Patience = Eventually.Patience;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Sends the head, with a Content-Length and the given header lines, but no byte of the body.</summary>
    public static async Task<HeldRequest> StartAsync(Uri server, string target, int announced, params IEnumerable<string> headers)
    {
        var request = await ConnectAsync(server, IPAddress.Loopback);
        List<string> lines =
            [$"POST {target} HTTP/1.1", "Host: localhost", "Connection: close", $"Content-Length: {announced}", .. headers];
        await request.SendAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"));
        return request;
    }

    /// <summary>Opens a connection from a local address and sends nothing.</summary>
    public static async Task<HeldRequest> ConnectAsync(Uri server, IPAddress from)
    {
        var request = new HeldRequest();
        request._socket.Bind(new IPEndPoint(from, 0));
        await request._socket.ConnectAsync(IPAddress.Loopback, server.Port);
        return request;
    }

    public async Task SendAsync(byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;) sent += await _socket.SendAsync(bytes.AsMemory(sent));
    }

    /// <summary>Reads once (up to 4 KiB), normally the status line and headers; empty when the connection was closed.</summary>
    public async Task<string> AnswerAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, await _socket.ReceiveAsync(buffer, patience.Token));
    }

    public void Dispose() => _socket.Dispose();
}
