using System.IO.Compression;
using System.Text;

namespace HealthApi.Benchmarks.Faults.Hostile;

/// <summary>
/// Hostile requests to every route, the same for the same seed: bad framing, headers and bodies, deep and large documents, gzip bombs, many
/// lines.
/// </summary>
internal sealed class FuzzedBytes(int seed, string vendorPath)
{
    private static readonly string[] Lengths = ["+5", "-1", "-0", "0x10", "99999999999999999999", "", "5, 5", "1e3", "٣"];

    private static readonly string[] Codings = [
        "gzip, chunked", "chunked, chunked", "identity", "chunked;q=1", ",chunked", "\"chunked\"", "chunked\r\nTransfer-Encoding: chunked",
        "xchunked"];

    private static readonly string[] Chunks =
        ["FFFFFFFF", "80000000", "7FFFFFFF", "7FFFFFFFFFFFFFFF", "-1", "+5", "0x5", "", "ZZ", " 5", "00000000000000000005", "5;a=\"\n\""];

    private static readonly string[] Types = [
        "application/json", "application/x-ndjson", "application/merge-patch+json", "application/cloudevents+json",
        "application/cloudevents-batch+json", "text/plain", "application/json; charset=\""];

    private static readonly string[] Headers =
    [
        "Expect: 100-continue", "Expect: bogus", "Upgrade: h2c", "Idempotency-Key: \"fuzz\"", "Idempotency-Key: ", "If-Match: \"",
        "traceparent: 00-0-0-0", "Range: bytes=0-", "Content-Encoding: gzip",
        "Content-Encoding: br", "Content-Encoding: zstd", "ce-id: %zz", "ce-specversion: 1.0", "X-Signature: zz",
        "Stripe-Signature: t=99999999999,v1=00", "Authorization: Basic OjpAQA==", "Accept: ,;", "Host: y",
    ];

    private static readonly string[] Documents =
    [
        """[{"id":"f1","type":"usage.login","accountId":"fuzz","data":{"userId":"u"}}]""",
        """{"accounts":[{"id":"a","signals":{"npsLatest":7}}]}""", """{"name":"A","arr":1,"attributes":{"a":{"b":[1]}}}""",
        """{"batch":[{"type":"track","event":"e","userId":"u","messageId":"m"}],"writeKey":"k"}""",
        """{"accounts":[{"id":"fuzz","name":"F"}]}""", """{"id":"evt","type":"invoice.paid","data":{"object":{"customer":"c"}}}""",
        """{"id":"a","signals":{"npsLatest":7}}""", """{"score":50,"reason":"r","expiresAt":"2027-01-01T00:00:00Z"}""",
        """{"name":"k","scopes":["read"]}""",
    ];

    private readonly Random _random = new(seed);

    private string[] Targets { get; } =
    [
        "POST /v1/events", "POST /v1/events/nps", "POST /v1/score", "PUT /v1/accounts/fuzz", "PATCH /v1/accounts/fuzz",
        "POST /v1/accounts:batch", "PUT /v1/accounts/fuzz/override", "PUT /v1/models/fuzz",
        "PUT /v1/churn-rules", "PUT /v1/segments", "PUT /v1/alert-policy", "PUT /v1/thresholds/fuzz", "POST /v1/integrations",
        "POST /v1/keys/x",
        "POST /v1/webhooks/x/replay", $"POST {vendorPath}", $"POST {vendorPath}/v1/track", "POST /in/none", "POST /v1/batch",
        "POST /v1/track", "GET /v1/accounts", "GET /v1/accounts/fuzz/timeline", "GET /health/ready", "POST /nothing",
        "DELETE /v1/accounts/none", "HEAD /v1/accounts", "OPTIONS *", "GET http://x/v1/accounts",
    ];

    /// <summary>The next request, and whether its body is large.</summary>
    public (byte[] Request, bool IsLarge) Next()
    {
        var isLarge = _random.Next(100) == 0;
        var body = isLarge ? Large() : Small();
        var lines = new List<string> { $"{Pick(Targets)} HTTP/{(_random.Next(20) == 0 ? "1.0" : "1.1")}", "Host: x", "Connection: close",
            $"Content-Type: {Pick(Types)}" };
        if (_random.Next(4) > 0) lines.Add($"Authorization: Bearer {Scene.Key}");
        for (var more = _random.Next(3); more > 0; more--) lines.Add(Pick(Headers));
        if (isLarge && _random.Next(2) == 0)
        {
            body = Pack(body);
            lines.Add("Content-Encoding: gzip");
        }

        byte[] request =
            [.. Encoding.UTF8.GetBytes(string.Join("\r\n", [.. lines, .. Frame(body, out var framed)]) + "\r\n\r\n"), .. framed];
        return (_random.Next(4) == 0 ? Spoil(request) : request, isLarge);
    }

    private string[] Frame(byte[] body, out byte[] framed)
    {
        framed = body;
        switch (_random.Next(8))
        {
            case 0:
                return [$"Content-Length: {Pick(Lengths)}"];
            case 1:
                framed = Chunk(body, $"{body.Length:x}");
                return [$"Transfer-Encoding: {Pick(Codings)}"];
            case 2:
                framed = Chunk(body, Pick(Chunks));
                return ["Transfer-Encoding: chunked"];
            case 3:
                framed = Chunk(body, $"{body.Length:x}");
                return ["Transfer-Encoding: chunked", .. _random.Next(4) == 0 ? ["Content-Length: 4"] : Array.Empty<string>()];
            default:
                return [$"Content-Length: {body.Length + (_random.Next(16) == 0 ? _random.Next(-2, 100) : 0)}"];
        }
    }

    private byte[] Small() => _random.Next(6) switch
    {
        0 => Encoding.UTF8.GetBytes(new string(Pick(['[', '{', '"', '1', '\\']), _random.Next(1, 20_000))),
        1 => Pack(Encoding.UTF8.GetBytes(Pick(Documents))),
        2 => [.. Pack(Encoding.UTF8.GetBytes(Pick(Documents))), .. "junk"u8],
        3 => Spoil(Encoding.UTF8.GetBytes(Pick(Documents))),
        4 => Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat(Pick(Documents), _random.Next(1, 100)))),
        _ => Encoding.UTF8.GetBytes(Pick(Documents)),
    };

    private byte[] Large()
    {
        var times = _random.Next(1, 16) * 40_000;
        return Encoding.UTF8.GetBytes(_random.Next(5) switch
        {
            0 => "[" + string.Join(',', Enumerable.Repeat("[[],{}]", times)) + "]",
            1 => "{\"a\":\"" + new string('x', times * 10) + "\"}",
            2 => "{\"accounts\":[" + string.Join(',', Enumerable.Repeat("""{"id":"a","signals":{}}""", 10_000)) + "]}",
            3 => string.Join('\n', Enumerable.Repeat("""{"id":"a","signals":{}}""", times / 4)),
            _ => new string(' ', times * 100),
        });
    }

    /// <summary>Replaces, drops or adds a few bytes among the first thousand.</summary>
    private byte[] Spoil(byte[] bytes)
    {
        List<byte> spoilt = [.. bytes];
        for (var times = _random.Next(1, 4); times > 0 && spoilt.Count > 0; times--)
        {
            var at = _random.Next(Math.Min(spoilt.Count, 1_000));
            if (_random.Next(3) == 0) spoilt.RemoveAt(at);
            else if (_random.Next(2) == 0) spoilt[at] = (byte)_random.Next(256);
            else spoilt.Insert(at, (byte)_random.Next(256));
        }

        return [.. spoilt];
    }

    private static byte[] Chunk(byte[] body, string size) => [.. Encoding.UTF8.GetBytes(size), .. "\r\n"u8, .. body, .. "\r\n0\r\n\r\n"u8];

    private static byte[] Pack(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(body);
        return packed.ToArray();
    }

    private T Pick<T>(T[] among) => among[_random.Next(among.Length)];
}
