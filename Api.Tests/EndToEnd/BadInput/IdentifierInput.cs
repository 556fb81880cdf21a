using System.Text;
using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;
using static HealthApi.Api.Tests.EndToEnd.BadInput.BadInput;

namespace HealthApi.Api.Tests.EndToEnd.BadInput;

/// <summary>76–84: identifiers, in bodies and in paths.</summary>
internal static class IdentifierInput
{
    public static IEnumerable<BadInput> All => [.. InBodies, .. InPaths];

    private static IEnumerable<BadInput> InBodies =>
    [
        Id("76", "", 422, "required"),
        Id("77", new string('x', 129), 422, "too_long"),
        Id("77", new string('x', 128), 202),
        Id("78", "a\0b", 422, "invalid_character"),
        Id("79", "a\r\nb", 422, "invalid_character"),
        Id("79", "a\u202Eb", 422, "invalid_character"),
        Id("79", "a\u200Bb", 422, "invalid_character"),
        Id("79", "a\u2028b", 422, "invalid_character"),
        Id("80", ".", 422, "not_allowed"),
        Id("80", "..", 422, "not_allowed"),
        Id("80", "%2E%2e", 422, "not_allowed"),
        Id("80", "...", 202),
        Id("80", "%2e%2e/", 202),
        Account("80", "."),
        Account("80", ".."),
        Account("80", ".%2e"),
        Send(
            "80", ".. in a batch of accounts", "POST", "/v1/accounts:batch", """{"accounts":[{"id":".."}]}""", 422, "validation",
            "not_allowed"),
        Send("80", ".. as a parent", "PUT", "/v1/accounts/never", """{"parentId":".."}""", 422, "validation", "not_allowed"),
        new("80", ".. as the subject of a CloudEvent",
        RawHttp.Request(
            "POST", "/v1/events", Encoding.UTF8.GetBytes("""{"specversion":"1.0","id":"a","source":"s","type":"usage.login","subject":".."}"""),
            Key, "Content-Type: application/cloudevents+json"), 422, "validation", "not_allowed"),
        Id("82", "caf\u00E9", 202),
        Id("82", "cafe\u0301", 202),
        Id("83", "'; DROP TABLE accounts; --", 202),
        Id("84", "🚀", 202),
        Send(
            "79", "bidi in a key's name", "POST", "/v1/keys", """{"name":"a\u202eb","scopes":["read"]}""", 422, "validation",
            "invalid_character"),
        Send(
            "78", "NUL in an account's name", "PUT", "/v1/accounts/never", """{"name":"a\u0000b"}""", 422, "validation", "invalid_character"),
        Send(
            "78", "NUL in the name of an external system", "PUT", "/v1/accounts/never", """{"externalIds":{"a\u0000":"b"}}""", 422,
            "validation", "invalid_character"),
        Send(
            "79", "zero-width space in a tag", "PUT", "/v1/accounts/never", """{"tags":["a\u200bb"]}""", 422, "validation",
            "invalid_character"),
        Send(
            "79", "bidi in an id to score", "POST", "/v1/score", """{"accounts":[{"id":"a\u202eb","signals":{}}]}""", 422, "validation",
            "invalid_character"),
    ];

    private static IEnumerable<BadInput> InPaths =>
    [
        Put("80", "a%2Fb", 201),
        Put("80", "%2e%2e%2f", 201),
        Put("80", "%252e%252E", 422, "not_allowed"),
        Put("80", "%252e", 422, "not_allowed"),
        Put("80", "%ff%fe", 422, "invalid_format"),
        Put("80", "%c0%af", 422, "invalid_format"),
        Put("80", "%zz", 422, "invalid_format"),
        Put("80", "a%", 422, "invalid_format"),
        Put("77", new string('x', 129), 422, "too_long"),
        Put("79", "a%0d%0ab", 422, "invalid_character"),
        Put("79", "a%E2%80%AEb", 422, "invalid_character"),
        Put("83", "'%3B%20DROP%20TABLE%20accounts%3B%20--", 201),
        Send(
            "80", "%zz as a threshold", "PUT", "/v1/thresholds/%zz", """{"metric":"health","bound":50}""", 422, "validation", "invalid_format"),
        Send("80", "a%2Fb as a threshold", "PUT", "/v1/thresholds/a%2Fb", """{"metric":"health","bound":50}""", 201),
        Get("80", "dot segments out of the route", "/v1/accounts/..", 404, "not-found"),
        Get("80", "%zz as a key", "/v1/keys/%zz", 405, "method-not-allowed"),
        Get("80", "%2F as a model", "/v1/models/a%2Fb", 404, "not-found"),
        Get("80", "%2F as a problem", "/problems/a%2Fb", 404, "not-found"),
        new("81", "%00 in a path", RawHttp.Request("GET", "/v1/accounts/%00", null, Key), 400),
        Raw("80", "target with another scheme", "GET ftp://x/v1/accounts/a HTTP/1.1\nHost: x\nConnection: close\n{key}\n\n", 400),
    ];

    private static BadInput Id(string number, string id, int status, string? code = null)
    {
        var name = id.Length > 30 ? $"id of {id.Length} characters" : "id " + JsonSerializer.Serialize(id);
        var json = JsonSerializer.Serialize(new { id, type = "usage.login", accountId = "a" });
        return Event(number, name, json, status, code is null ? null : "validation", code);
    }

    private static BadInput Account(string number, string id) =>
        Event(
            number, "account " + id, JsonSerializer.Serialize(new { id = "a", type = "usage.login", accountId = id }), 422, "validation",
            "not_allowed");

    private static BadInput Put(string number, string segment, int status, string? code = null) =>
        Send(number, "path " + segment, "PUT", "/v1/accounts/" + segment, "{}", status, code is null ? null : "validation", code);
}
