using System.IO.Compression;
using System.Text;

namespace HealthApi.Benchmarks.Faults.Hostile;

/// <summary>Well-framed requests that make the service hold, or answer with, as much data as possible.</summary>
internal static class LargeRequests
{
    private const int PayloadBytes = 7_500_000;

    /// <summary>A request of one of the kinds in turn, by the caller's number, and the name of the kind.</summary>
    public static (string Kind, byte[] Request) Of(int caller, Vendor vendor) => (caller % 6) switch
    {
        0 => (
            "scores",
            Post(
                "/v1/score",
                Encoding.UTF8.GetBytes($$"""{"model":"lifecycle","accounts":[{{Repeat("""{"id":"a","signals":{}}""", 10_000)}}]}"""), Key)),
        1 => (
            "models",
            Post(
                "/v1/score",
                Encoding.UTF8.GetBytes(
                    $$"""{"model":{"id":"m","components":[{{Components(6_000)}}],"categories":[{"id":"all"}]},"accounts":[{{Repeat("""{"id":"a","signals":{}}""", 10_000)}}]}"""), Key)),
        2 => ("payloads", Signed(vendor, $"[{Repeat("[[],{}]", PayloadBytes / 8)}]")),
        3 => ("parts", Signed(vendor, $$"""{"id":"e","type":"x","data":"{{Repeat("\\\"", PayloadBytes / 3)}}"}""")),
        4 => ("bombs", Post("/v1/batch", Pack(new byte[60_000_000]))),
        _ => ("documents", Post("/v1/accounts:batch", Encoding.UTF8.GetBytes($$"""{"accounts":[{{Repeat("[[],{}]", 120_000)}}]}"""), Key)),
    };

    private static string Key => $"Authorization: Bearer {Scene.Key}";

    private static string Repeat(string text, int times) => string.Join(',', Enumerable.Repeat(text, times));

    private static string Components(int count) => string.Join(',', Enumerable.Range(0, count).Select(number =>
        $$$"""{"id":"c{{{number}}}","weight":1,"measures":[{"signal":"npsLatest","normaliser":{"kind":"linear","from":0,"to":10}}]}"""));

    private static byte[] Signed(Vendor vendor, string body) =>
        Post(vendor.Path, Encoding.UTF8.GetBytes(body), Vendor.Signature(Encoding.UTF8.GetBytes(body)));

    private static byte[] Pack(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(body);
        return packed.ToArray();
    }

    private static byte[] Post(string target, byte[] body, params IEnumerable<string> headers)
    {
        List<string> lines = [
            $"POST {target} HTTP/1.1", "Host: x", "Connection: close", "Content-Type: application/json", $"Content-Length: {body.Length}",
            .. headers];
        return [.. Encoding.ASCII.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"), .. body];
    }
}
