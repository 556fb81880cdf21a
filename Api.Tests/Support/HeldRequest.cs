using System.Net.Sockets;
using System.Text;

namespace HealthApi.Api.Tests.Support;

/// <summary>A request over a raw connection whose body comes when the test says so.</summary>
internal sealed class HeldRequest : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TcpClient _client = new();

    /// <summary>Sends the head, with these header lines and a Content-Length, and nothing of the body.</summary>
    public static async Task<HeldRequest> StartAsync(Uri server, string target, int announced, params IEnumerable<string> headers)
    {
        var request = new HeldRequest();
        await request._client.ConnectAsync(server.Host, server.Port);
        List<string> lines = [$"POST {target} HTTP/1.1", "Host: localhost", "Connection: close", $"Content-Length: {announced}", .. headers];
        await request.SendAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"));
        return request;
    }

    public ValueTask SendAsync(byte[] bytes) => _client.GetStream().WriteAsync(bytes);

    /// <summary>The status line and whatever else comes first.</summary>
    public async Task<string> AnswerAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, await _client.GetStream().ReadAsync(buffer, patience.Token));
    }

    public void Dispose() => _client.Dispose();
}
