using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>The response read from a raw connection; names of <see cref="Headers"/> are compared without regard to case.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>HTTP/1.1 as raw bytes, for requests that an HTTP client does not send.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan Patience = Eventually.Patience;

    /// <summary>The bytes of a request with Host, Connection and the given headers; a test can change them before it sends them.</summary>
    public static byte[] Request(string method, string target, byte[]? body, params IEnumerable<string> headers)
    {
        List<string> lines = [$"{method} {target} HTTP/1.1", "Host: localhost", "Connection: close", .. headers];
        if (body is not null) lines.Add($"Content-Length: {body.Length}");
        return [.. Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"), .. (body ?? [])];
    }

    /// <summary>Sends the bytes, leaves the connection open, and reads the answer to its end.</summary>
    public static async Task<RawAnswer> SendAsync(Uri server, byte[] request)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, patience.Token);
        await using var stream = client.GetStream();
        var reading = ReadAsync(stream, patience.Token);
        try
        {
            await stream.WriteAsync(request, patience.Token);
        }
        catch (IOException)
        {
            // The server answered and closed the connection before it had read the whole request.
        }

        return Parse(await reading);
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, CancellationToken cancellation)
    {
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, cancellation);
        }
        catch (IOException)
        {
            // A reset after the answer: the bytes read before it are the answer.
        }

        return answer.ToArray();
    }

    private static RawAnswer Parse(byte[] answer)
    {
        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0) throw new InvalidOperationException($"Received {answer.Length} bytes that are not an HTTP response.");
        var lines = Encoding.Latin1.GetString(answer, 0, end).Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(':', 2))
            .ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var body = answer.AsSpan(end + 4);
        return new RawAnswer(
            int.Parse(lines[0].Split(' ')[1]), headers,
            Encoding.UTF8.GetString(headers.ContainsKey("Transfer-Encoding") ? Unchunk(body) : body));
    }

    private static byte[] Unchunk(ReadOnlySpan<byte> body)
    {
        var whole = new List<byte>();
        while (body.IndexOf("\r\n"u8) is var line and >= 0)
        {
            var size = int.Parse(Encoding.ASCII.GetString(body[..line]), NumberStyles.HexNumber);
            if (size == 0) break;
            whole.AddRange(body.Slice(line + 2, size));
            body = body[(line + 2 + size + 2)..];
        }

        return [.. whole];
    }
}
