using System.Text;
using HealthApi.Api.Tests.Support.Http;

namespace HealthApi.Api.Tests.EndToEnd.BadInput;

/// <summary>102–107: CloudEvents that break their specification, and valid CloudEvents that break a rule of this service.</summary>
internal static class CloudEventInput
{
    private const string Structured = "Content-Type: application/cloudevents+json",
        Batched = "Content-Type: application/cloudevents-batch+json";

    private const string Good = """{"specversion":"1.0","id":"ce","source":"crm","type":"usage.login","subject":"a"}""",
        Malformed = "invalid-cloudevent";

    private static readonly string[] Headers =
        ["ce-specversion: 1.0", "ce-id: ce", "ce-source: crm", "ce-type: usage.login", "ce-subject: a"];

    public static IEnumerable<BadInput> All =>
    [
        .. ((string[])["specversion", "id", "source", "type"]).SelectMany(Without),
        Post("102", "empty id", Changed("\"ce\"", "\"\""), 400, Malformed, "required"),
        Post("102", "number for an id", Changed("\"ce\"", "7"), 400, Malformed, "wrong_type"),
        Post("102", "empty subject", Changed("\"a\"", "\"\""), 400, Malformed, "required"),
        Post("102", "batch without a valid event", $"[{Changed("\"id\":\"ce\",", "")}]", 422, "validation", "required", Batched),
        Post("103", "specversion 0.3", Changed("1.0", "0.3"), 400, Malformed, "unknown"),
        Binary("103", "specversion 0.3 in a header", [.. Headers[1..], "ce-specversion: 0.3"], 400, Malformed, "unknown"),
        Post("104", "data and data_base64", With("""
            "data":{},"data_base64":"e30="
            """), 400, Malformed, "not_allowed"),
        Post("104", "data_base64 that is not base64", With("\"data_base64\":\"***\""), 400, Malformed, "invalid_format"),
        Post("104", "data_base64 that is not JSON", With("\"data_base64\":\"fn4=\""), 400, Malformed, "invalid_format"),
        Binary("105", "ce-datacontenttype", [.. Headers, "ce-datacontenttype: application/json"], 400, Malformed, "not_allowed"),
        Binary("106", "overlong UTF-8 in a header", [.. Headers, "ce-note: %C0%A0"], 400, Malformed, "invalid_format"),
        Binary("106", "half a surrogate pair in a header", [.. Headers, "ce-note: %ED%A0%80"], 400, Malformed, "invalid_format"),
        Binary("106", "half an escape in a header", [.. Headers, "ce-note: 100%"], 400, Malformed, "invalid_format"),
        Binary("106", "escape without hex digits in a header", [.. Headers, "ce-note: %zz"], 400, Malformed, "invalid_format"),
        Binary("106", "header given twice", [.. Headers, "ce-note: a", "ce-note: b"], 400, Malformed, "invalid_format"),
        Post("107", "control character in an attribute", Changed("crm", "cr\\u0007m"), 400, Malformed, "invalid_character"),
        Post("107", "control character in an extension", With("\"note\":\"a\\u0085\""), 400, Malformed, "invalid_character"),
        Post("107", "noncharacter in an attribute", Changed("crm", "cr\\uFFFEm"), 400, Malformed, "invalid_character"),
        Binary("107", "control character in a header", [.. Headers, "ce-note: a%07"], 400, Malformed, "invalid_character"),
        Post("107", "attribute in capitals", With("\"accountId\":\"a\""), 400, Malformed, "unknown_member"),
        Post("107", "attribute that is an object", With("\"note\":{}"), 400, Malformed, "wrong_type"),
        Post("107", "time without an offset", With("\"time\":\"2026-11-20T09:30:00\""), 400, Malformed, "invalid_format"),
        Post("107", "attribute twice", With("\"type\":\"usage.login\""), 400, "invalid-json"),
        Post("35", "array instead of one CloudEvent", $"[{Good}]", 400, "invalid-json"),
        Post("35", "one CloudEvent instead of a batch", Good, 400, "invalid-json", null, Batched),
        Post("36", "truncated CloudEvent", Good[..^1], 400, "invalid-json"),
        Binary("36", "truncated data", Headers, 400, "invalid-json", null, "{"),
        Post("50", "no subject", Changed(",\"subject\":\"a\"", ""), 422, "validation", "required"),
        Post(
            "66", "NPS 11 in a CloudEvent", Changed("usage.login", "nps.responded").Replace("}", ""","data":{"score":11}}"""), 422,
            "validation", "out_of_range"),
        Post("75", "far future", With("\"time\":\"2226-11-20T09:30:00Z\""), 422, "validation", "out_of_range"),
        Post("77", "subject of 129 characters", Changed("\"a\"", $"\"{new string('a', 129)}\""), 422, "validation", "too_long"),
        Post("31", "data of another type", With("\"datacontenttype\":\"text/xml\",\"data\":\"<a/>\""), 422, "validation", "not_allowed"),
        Post("31", "data that is not an object", With("\"data\":[1]"), 422, "validation", "wrong_type"),
        Post(
            "17", "CloudEvent of 65 KiB", With($"\"data\":{{\"comment\":\"{new string('a', 65 * 1024)}\"}}"), 422, "validation",
                "too_large"),
        Post("21", "a batch in XML", "<a/>", 415, "media-type", null, "Content-Type: application/cloudevents-batch+xml"),
        Post("97", "5,001 CloudEvents", $"[{string.Join(',', Enumerable.Repeat("{}", 5_001))}]", 413, "too-large", null, Batched),
    ];

    private static IEnumerable<BadInput> Without(string attribute) =>
    [
        Post(
            "102", $"no {attribute}", System.Text.RegularExpressions.Regex.Replace(Good, $"\"{attribute}\":\"[^\"]*\",", ""), 400, Malformed,
            "required"),
        Binary(
            "102", $"no ce-{attribute}", Headers.Where(header => !header.StartsWith("ce-" + attribute, StringComparison.Ordinal)), 400,
            Malformed, "required"),
    ];

    private static string Changed(string old, string to) => Good.Replace(old, to, StringComparison.Ordinal);

    private static string With(string members) => $"{Good[..^1]},{members}}}";

    private static BadInput Post(
        string number, string name, string body, int status, string slug, string? code = null, string contentType = Structured) =>
        new(number, name, RawHttp.Request("POST", "/v1/events", Encoding.UTF8.GetBytes(body), BadInput.Key, contentType), status, slug,
            code);

    private static BadInput Binary(
        string number, string name, IEnumerable<string> headers, int status, string slug, string? code = null, string data = "{}") =>
        new(number, name, RawHttp.Request("POST", "/v1/events", Encoding.UTF8.GetBytes(data), [BadInput.Key, BadInput.Json, .. headers]),
            status, slug, code);
}
