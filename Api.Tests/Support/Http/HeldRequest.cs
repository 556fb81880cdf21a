using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>A request over a raw connection whose body comes when the test says so.</summary>
internal sealed class HeldRequest : IDisposable
{
    private static readonly TimeSpan Patience = Eventually.Patience;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Sends the head, with these header lines and a Content-Length, and nothing of the body.</summary>
    public static async Task<HeldRequest> StartAsync(Uri server, string target, int announced, params IEnumerable<string> headers)
    {
        var request = await ConnectAsync(server, IPAddress.Loopback);
        List<string> lines =
            [$"POST {target} HTTP/1.1", "Host: localhost", "Connection: close", $"Content-Length: {announced}", .. headers];
        await request.SendAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"));
        return request;
    }

    /// <summary>Only a connection, from an address of this machine.</summary>
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

    /// <summary>The status line and whatever else comes first; empty where the connection has been closed.</summary>
    public async Task<string> AnswerAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, await _socket.ReceiveAsync(buffer, patience.Token));
    }

    public void Dispose() => _socket.Dispose();
}
