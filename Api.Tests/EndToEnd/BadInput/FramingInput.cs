using static HealthApi.Api.Tests.EndToEnd.BadInput.BadInput;

namespace HealthApi.Api.Tests.EndToEnd.BadInput;

/// <summary>
/// 1–19: the framing of requests. Entries without a slug are refused by the HTTP parser, which sends no problem document.
/// </summary>
internal static class FramingInput
{
    private const string Event = """{"id":"framed","type":"usage.login","accountId":"a"}""";

    private const string Post = "POST /v1/events HTTP/1.1\nHost: x\nConnection: close\n{key}\nContent-Type: application/json\n";

    private const string Get = "GET /v1/accounts HTTP/1.1\nHost: x\nConnection: close\n{key}\n";

    private static string Chunked => Post + "Transfer-Encoding: chunked\n";

    public static IEnumerable<BadInput> All =>
    [
        Raw("1", "negative Content-Length", $"{Post}Content-Length: -1\n\n{Event}", 400),
        Raw("1", "Content-Length with a plus sign", $"{Post}Content-Length: +{Event.Length}\n\n{Event}", 400),
        Raw("1", "Content-Length of minus zero", $"{Post}Content-Length: -0\n\n", 400),
        Raw("1", "Content-Length of 30 digits", $"{Post}Content-Length: {new string('0', 28)}{Event.Length}\n\n{Event}", 400),
        Raw("1", "Content-Length in hexadecimal", $"{Post}Content-Length: 0x{Event.Length:x}\n\n{Event}", 400),
        Raw("1", "Content-Length with a leading zero", $"{Post}Content-Length: 0{Event.Length}\n\n{Event}", 202),
        Raw("2", "two Content-Lengths", $"{Post}Content-Length: 5\nContent-Length: 52\n\n{Event}", 400),
        Raw("3", "Content-Length and Transfer-Encoding", $"{Chunked}Content-Length: 4\n\n{Event.Length:x}\n{Event}\n0\n\n", 400,
        "invalid-request"),
        Raw("3", "Transfer-Encoding other than chunked", $"{Post}Transfer-Encoding: gzip\n\n{Event.Length:x}\n{Event}\n0\n\n", 400),
        .. Codings("gzip, chunked", "chunked, chunked", "identity, chunked", ",chunked", "chunked,"),
        Raw("3", "two Transfer-Encodings", $"{Chunked}Transfer-Encoding: chunked\n\n{Event.Length:x}\n{Event}\n0\n\n", 400,
        "invalid-request"),
        Raw("3", "gzip and chunked on two lines",
        $"{Post}Transfer-Encoding: gzip\nTransfer-Encoding: chunked\n\n{Event.Length:x}\n{Event}\n0\n\n", 400, "invalid-request"),
        Raw("3", "chunked in HTTP/1.0", $"{Chunked.Replace("HTTP/1.1", "HTTP/1.0")}\n{Event.Length:x}\n{Event}\n0\n\n", 400,
        "invalid-request"),
        Raw("4", "bad chunk size", $"{Chunked}\nZZ\n{Event}\n0\n\n", 400, "invalid-request"),
        .. Oversized("4", "POST /v1/events"), .. Oversized("4", "POST /v1/batch", key: ""), .. Oversized("4", "POST /v1/keys"),
        .. Oversized("4", "POST /v1/score"), .. Oversized("4", "PUT /v1/accounts/a"), .. Oversized("4", "PATCH /v1/accounts/a"),
        .. Oversized("4", "POST /v1/events", "Idempotency-Key: framed\n"), .. Oversized("4", "POST /v1/events", "Content-Encoding: gzip\n"),
        .. Oversized("4", "POST /v1/events", "Content-Encoding: br\n"), .. Oversized("4", "POST /v1/score", "", "application/x-ndjson"),
        Raw("4", "oversized second chunk of a stream", $"{Stream}{Line.Length:x}\n{Line}\nFFFFFFFF\n{Line}\n0\n\n", 400, "invalid-request"),
        new("5", "LF inside a chunk extension",
        [.. Raw("", "", Chunked + "\n", 0).Request, .. "34;a\nb\r\n"u8, .. Bytes(Event), .. "\r\n0\r\n\r\n"u8], 400, "invalid-request"),
        Raw("6", "no Host", $"POST /v1/events HTTP/1.1\nConnection: close\n{{key}}\nContent-Length: 0\n\n", 400),
        Raw("7", "two Hosts", $"{Get}Host: y\n\n", 400),
        Raw("8", "request line of 9 kB", Get.Replace("accounts", "accounts?q=" + new string('a', 9_000)) + "\n", 414),
        Raw("9", "header of 40 kB", $"{Get}X-Long: {new string('a', 40_000)}\n\n", 431),
        Raw("10", "101 headers", Get + string.Concat(Enumerable.Range(0, 98).Select(n => $"X-{n}: a\n")) + "\n", 431),
        Raw("11", "folded header", $"{Get}X-Folded: a\n b\n\n", 400),
        Raw("12", "NUL in a header", $"{Get}X-Nul: a\0b\n\n", 400),
        Raw("13", "header that is not UTF-8", $"{Get}X-Latin: caf\u00e9\n\n", 400),
        Raw("13", "header name with an accent", $"{Get}X-\u00e9: a\n\n", 400),
        Raw("14", "HTTP/3.9", Get.Replace("HTTP/1.1", "HTTP/3.9") + "\n", 505),
        Raw("17", "31 MB announced", $"{Post}Content-Length: 31000000\n\n{Event}", 413, "too-large"),
        Raw("17", "31 MB announced for a document",
        $"PUT /v1/accounts/a HTTP/1.1\nHost: x\nConnection: close\n{{key}}\nContent-Type: application/json\nContent-Length: "
            + $"31000000\n\n{{}}", 413, "too-large"),
        new("18", "TLS on the plain port",
        [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, .. new byte[80], (byte)'\n', (byte)'\n'], 400),
        new("19", "lines that end in a bare LF", Bytes($"{Get}\n".Replace("{key}", Key)), 400),
    ];

    private static string Line => """{"id":"a","signals":{}}""" + "\n";

    private static string Stream =>
        $"POST /v1/score HTTP/1.1\nHost: x\nConnection: close\n{{key}}\nContent-Type: application/x-ndjson\nTransfer-Encoding: chunked\n\n";

    private static IEnumerable<BadInput> Codings(params IEnumerable<string> codings) =>
        codings.Select(
            coding => Raw(
                "3", $"Transfer-Encoding '{coding}'", $"{Post}Transfer-Encoding: {coding}\n\n{Event.Length:x}\n{Event}\n0\n\n", 400,
                "invalid-request"));

    /// <summary>Requests with chunk sizes at which 32-bit or 64-bit integers overflow or become negative.</summary>
    private static IEnumerable<BadInput> Oversized(
        string number, string target, string headers = "", string mediaType = "application/json", string key = "{key}\n") => (
            (string[])["FFFFFFFF", "80000000", "7FFFFFFFFFFFFFFF"])
        .Select(size => Raw(number, $"chunk size {size}, {target} {headers.Trim()} {mediaType}",
            $"{target} HTTP/1.1\nHost: x\nConnection: close\n{key}Content-Type: {mediaType}\n{headers}Transfer-Encoding: "
                + $"chunked\n\n{size}\n{Event}\n0\n\n", 400, "invalid-request"));

    private static byte[] Bytes(string text) => System.Text.Encoding.Latin1.GetBytes(text);
}
