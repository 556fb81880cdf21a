using System.Text;

namespace HealthApi.Benchmarks.Load;

/// <summary>The bytes of a POST: a fixed head and a body that can be stamped again.</summary>
internal sealed class HttpRequestBytes(Uri target, string? key, EventTemplate body)
{
    public EventTemplate Body { get; } = body;

    public ReadOnlyMemory<byte> Head { get; } = Encoding.ASCII.GetBytes(
        $"POST {target.PathAndQuery} HTTP/1.1\r\nHost: {target.Authority}\r\nContent-Type: application/json\r\n"
        + (key is null ? "" : $"Authorization: Bearer {key}\r\n")
        + $"Content-Length: {body.Bytes.Length}\r\n\r\n");
}
