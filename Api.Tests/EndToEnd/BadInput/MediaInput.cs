using System.IO.Compression;
using System.Text;
using HealthApi.Api.Tests.Support.Http;

namespace HealthApi.Api.Tests.EndToEnd.BadInput;

/// <summary>20–31: media types and encodings.</summary>
internal static class MediaInput
{
    private const string Json = BadInput.Json, Gzip = "Content-Encoding: gzip", Brotli = "Content-Encoding: br";

    private static readonly byte[] Event = Encoding.UTF8.GetBytes("""{"id":"packed","type":"usage.login","accountId":"a"}""");

    public static IEnumerable<BadInput> All =>
    [
        Post("20", "no Content-Type", Event, 415, "media-type"),
        Post("21", "text/plain", Event, 415, "media-type", "Content-Type: text/plain"),
        Post("22", "form", Event, 415, "media-type", "Content-Type: application/x-www-form-urlencoded"),
        Post("22", "unreadable Content-Type", Event, 415, "media-type", "Content-Type: application/json;;;"),
        Post("22", "two Content-Types", Event, 415, "media-type", Json, "Content-Type: text/plain"),
        Post("23", "charset=bogus", Event, 415, "media-type", Json + "; charset=bogus"),
        Post("24", "charset=latin1", Event, 415, "media-type", Json + "; charset=iso-8859-1"),
        Post("25", "charset=utf-16", Encoding.Unicode.GetBytes("{}"), 415, "media-type", Json + "; charset=utf-16"),
        Post("26", "zstd", Event, 415, "media-type", Json, "Content-Encoding: zstd"),
        Post("27", "gzip twice", Packed(Packed(Event)), 415, "media-type", Json, Gzip + ", gzip"),
        Post("27", "gzip twice in two headers", Packed(Packed(Event)), 415, "media-type", Json, Gzip, Gzip),
        Post("27", "gzip twice, declared once", Packed(Packed(Event)), 400, "invalid-json", Json, Gzip),
        Post("28", "corrupt gzip", [.. Packed(Event)[..15], 0xff, 0xff, 0xff, .. Packed(Event)[18..]], 400, "invalid-encoding", Json, Gzip),
        Post(
            "28", "gzip with a wrong checksum", [.. Packed(Event)[..^8], 0, 0, 0, 0, .. Packed(Event)[^4..]], 400, "invalid-encoding", Json,
            Gzip),
        Post("28", "not gzip at all", Event, 400, "invalid-encoding", Json, Gzip),
        Post("28", "not brotli at all", Event, 400, "invalid-encoding", Json, Brotli),
        PostTo(
            "/v1/score", "28", "corrupt brotli for scoring", Event, 400, "invalid-encoding", "Content-Type: application/x-ndjson", Brotli),
        Post("29", "gzip cut off in its trailer", Packed(Event)[..^1], 400, "invalid-encoding", Json, Gzip),
        Post("29", "gzip without its trailer", Packed(Event)[..^8], 400, "invalid-encoding", Json, Gzip),
        Post("29", "gzip cut off in its data", Packed(Event)[..^15], 400, "invalid-encoding", Json, Gzip),
        Post("29", "brotli cut off", Brotlied(Event)[..^1], 400, "invalid-encoding", Json, Brotli),
        Post("28", "junk after gzip", [.. Packed(Event), .. "junk"u8], 400, "invalid-encoding", Json, Gzip),
        Post("28", "one byte of junk after gzip", [.. Packed(Event), (byte)'j'], 400, "invalid-encoding", Json, Gzip),
        Post("28", "zeros after gzip", [.. Packed(Event), 0, 0, 0, 0], 400, "invalid-encoding", Json, Gzip),
        Post("28", "100 kB of junk after gzip", [.. Packed(Event), .. new byte[100_000]], 400, "invalid-encoding", Json, Gzip),
        Post("28", "half a member after gzip", [.. Packed(Event), .. Packed(Event)[..4]], 400, "invalid-encoding", Json, Gzip),
        PostTo(
            "/v1/score", "28", "junk after gzip for scoring", [.. Packed("{\"id\":\"a\",\"signals\":{}}"u8.ToArray()), .. "junk"u8], 400,
            "invalid-encoding", "Content-Type: application/x-ndjson", Gzip),
        Post("28", "two members of gzip", [.. Packed(Event[..10]), .. Packed(Event[10..])], 202, null, Json, Gzip),
        Post("28", "junk after brotli", [.. Brotlied(Event), .. "junk"u8], 400, "invalid-encoding", Json, Brotli),
        Post("28", "100 kB of junk after brotli", [.. Brotlied(Event), .. new byte[100_000]], 400, "invalid-encoding", Json, Brotli),
        Post("29", "gzip of nothing", [], 400, "invalid-json", Json, Gzip),
        Post("30", "60 MB bomb", Packed(new byte[60_000_000]), 413, "too-large", Json, Gzip),
        PostTo("/v1/accounts:batch", "30", "60 MB bomb for a document", Packed(new byte[60_000_000]), 413, "too-large", Json, Gzip),
        PostTo("/v1/keys", "31", "NDJSON instead of one document", Event, 415, "media-type", "Content-Type: application/x-ndjson"),
        PostTo(
            "/v1/accounts:batch", "31", "merge patch instead of a document", Event, 415, "media-type",
            "Content-Type: application/merge-patch+json"),
    ];

    private static BadInput Post(string number, string name, byte[] body, int status, string? slug, params string[] headers) =>
        PostTo("/v1/events", number, name, body, status, slug, headers);

    private static BadInput PostTo(
        string path, string number, string name, byte[] body, int status, string? slug, params string[] headers) =>
        new(number, name, RawHttp.Request("POST", path, body, [BadInput.Key, .. headers]), status, slug);

    private static byte[] Packed(byte[] plain) => Compressed(plain, target => new GZipStream(target, CompressionLevel.Optimal));

    private static byte[] Brotlied(byte[] plain) => Compressed(plain, target => new BrotliStream(target, CompressionLevel.Optimal));

    private static byte[] Compressed(byte[] plain, Func<Stream, Stream> open)
    {
        using var target = new MemoryStream();
        using (var packing = open(target)) packing.Write(plain);
        return target.ToArray();
    }
}
