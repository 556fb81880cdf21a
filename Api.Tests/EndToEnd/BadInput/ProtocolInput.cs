using HealthApi.Api.Tests.Support.Http;
using static HealthApi.Api.Tests.EndToEnd.BadInput.BadInput;

namespace HealthApi.Api.Tests.EndToEnd.BadInput;

/// <summary>85–101: keys, methods, queries, preconditions, cursors, trace context.</summary>
internal static class ProtocolInput
{
    private const string Event = """{"id":"a","type":"usage.login","accountId":"a"}""";

    public static IEnumerable<BadInput> All => [.. Access, .. Methods, .. Headers, .. Queries];

    private static IEnumerable<BadInput> Access =>
    [
        With("85", "no key", "POST", "/v1/events", Event, 401, "unauthorized"),
        With("86", "wrong key", "POST", "/v1/events", Event, 401, "unauthorized", "Authorization: Bearer hk_wrong"),
        With("86", "another scheme", "POST", "/v1/events", Event, 401, "unauthorized", "Authorization: Basic aGs6eA=="),
        With("86", "bare key", "POST", "/v1/events", Event, 401, "unauthorized", "Authorization: " + TestService.AdminKey),
        With("86", "two keys", "POST", "/v1/events", Event, 401, "unauthorized", "Authorization: Bearer hk_wrong", Key),
        With("86", "key of 20 kB", "POST", "/v1/events", Event, 401, "unauthorized", "Authorization: Bearer " + new string('a', 20_000)),
        With("87", "revoked key", "GET", "/v1/accounts", null, 401, "unauthorized", "Authorization: Bearer {revoked}"),
        With("89", "read key ingests", "POST", "/v1/events", Event, 403, "forbidden", "Authorization: Bearer {read}"),
        With("89", "read key writes", "PUT", "/v1/accounts/never", "{}", 403, "forbidden", "Authorization: Bearer {read}"),
        With(
            "89", "read key makes keys", "POST", "/v1/keys", """{"name":"a","scopes":["admin"]}""", 403, "forbidden",
            "Authorization: Bearer {read}"),
        With("89", "read key reads", "GET", "/v1/accounts", null, 200, null, "Authorization: Bearer {read}"),
    ];

    private static IEnumerable<BadInput> Methods =>
    [
        Send("90", "DELETE of the events", "DELETE", "/v1/events", null, 405, "method-not-allowed"),
        Send("90", "POST to an account", "POST", "/v1/accounts/a", "{}", 405, "method-not-allowed"),
        Send("90", "OPTIONS", "OPTIONS", "/v1/events", null, 405, "method-not-allowed"),
        Send("90", "unknown method", "BREW", "/v1/events", null, 405, "method-not-allowed"),
        Send("90", "HEAD of a route without GET", "HEAD", "/v1/events", null, 405),
        Send("90", "HEAD of a route with GET", "HEAD", "/v1/accounts", null, 200),
        Send("91", "unknown path", "GET", "/v1/nothing", null, 404, "not-found"),
        Send("91", "unknown path without a key", "GET", "/", null, 404, "not-found"),
        Raw("91", "OPTIONS *", "OPTIONS * HTTP/1.1\nHost: x\nConnection: close\n\n", 404, "not-found"),
        Raw("91", "CONNECT", "CONNECT x:443 HTTP/1.1\nHost: x:443\nConnection: close\n\n", 404, "not-found"),
    ];

    private static IEnumerable<BadInput> Headers =>
    [
        With("94", "If-Match without quotes", "PUT", "/v1/accounts/never", "{}", 400, "invalid-request", Key, "If-Match: rubbish"),
        With("94", "If-Match of one quote", "PUT", "/v1/accounts/never", "{}", 400, "invalid-request", Key, "If-Match: \""),
        With("94", "If-Match of two tags", "PUT", "/v1/accounts/never", "{}", 400, "invalid-request", Key, "If-Match: \"1\", \"2\""),
        With(
            "94", "If-Match with an unknown tag", "PUT", "/v1/accounts/never", "{}", 412, "precondition-failed", Key,
            "If-Match: \"rubbish\""),
        With(
            "94", "If-Match with a number that overflows", "PUT", "/v1/accounts/never", "{}", 412, "precondition-failed", Key,
            "If-Match: \"99999999999999999999\""),
        With("94", "If-Match * of a missing account", "DELETE", "/v1/accounts/never", null, 412, "precondition-failed", Key, "If-Match: *"),
        With("94", "an empty If-Match", "PUT", "/v1/accounts/never", "{}", 400, "invalid-request", Key, "If-Match:"),
        With("94", "an If-Match of spaces", "DELETE", "/v1/accounts/never", null, 400, "invalid-request", Key, "If-Match:   "),
        With("94", "an empty If-Match of a policy", "PUT", "/v1/segments", "{}", 400, "invalid-request", Key, "If-Match: "),
        With("94", "an empty If-None-Match", "PUT", "/v1/accounts/never", "{}", 400, "invalid-request", Key, "If-None-Match:"),
        With("94", "If-None-Match with a tag", "PUT", "/v1/accounts/never", "{}", 400, "invalid-request", Key, "If-None-Match: \"1\""),
        With("99", "bad traceparent", "GET", "/v1/accounts", null, 200, null, Key, "traceparent: 00-rubbish"),
        With(
            "99", "traceparent of zeros", "GET", "/v1/accounts", null, 200, null, Key,
            $"traceparent: 00-{new string('0', 32)}-{new string('0', 16)}-01"),
        With("99", "traceparent of 20 kB", "GET", "/v1/accounts", null, 200, null, Key, "traceparent: " + new string('|', 20_000)),
    ];

    private static IEnumerable<BadInput> Queries =>
    [
        Send("49", "unknown parameter", "POST", "/v1/events?atomc=true", Event, 422, "validation", "unknown"),
        Send("49", "parameter twice", "POST", "/v1/events?atomic=true&atomic=true", Event, 422, "validation", "duplicate"),
        Send("49", "invalid flag", "POST", "/v1/events?atomic=yes", Event, 422, "validation", "wrong_type"),
        Get("49", "parameter of a route without parameters", "/v1/thresholds?x=1", 422, "validation", "unknown"),
        Get("49", "unknown sort", "/v1/accounts?sort=--id", 422, "validation", "unknown"),
        Get("49", "unknown kind", "/v1/accounts/a/timeline?kinds=foo", 422, "validation", "unknown"),
        Get("49", "one unknown kind", "/v1/accounts/a/timeline?kinds=event,foo", 422, "validation", "unknown"),
        Get("49", "no kind", "/v1/accounts/a/timeline?kinds=", 422, "validation", "required"),
        Get("49", "unknown level", "/v1/accounts?risk=hgih", 422, "validation", "unknown"),
        Get("49", "unknown segment", "/v1/accounts?segment=foo", 422, "validation", "unknown"),
        Get("49", "unknown category", "/v1/accounts?category=x", 422, "validation", "unknown"),
        Get("49", "one unknown category", "/v1/accounts?category=critical,x", 422, "validation", "unknown"),
        Get("49", "trailing comma in a list", "/v1/accounts?category=critical,", 422, "validation", "unknown"),
        Get("49", "unknown phase", "/v1/accounts?phase=Renewal", 422, "validation", "unknown"),
        Get("49", "no phase", "/v1/accounts?phase=", 422, "validation", "required"),
        Get("49", "no owner", "/v1/accounts?owner=", 422, "validation", "required"),
        Get("49", "a flag without a value", "/v1/accounts?churned", 422, "validation", "required"),
        Get("49", "empty cursor means the first page", "/v1/accounts?cursor=", 200),
        Get("49", "invalid value of a flag", "/v1/accounts?churned=yes", 422, "validation", "wrong_type"),
        Get("49", "a score beyond the scale", "/v1/accounts?minScore=101", 422, "validation", "out_of_range"),
        Get("49", "a risk below the scale", "/v1/accounts?minRisk=-1", 422, "validation", "out_of_range"),
        Get("49", "range with minimum above maximum", "/v1/accounts?minScore=80&maxScore=40", 422, "validation", "out_of_range"),
        Get("49", "renewalBefore that is not a date", "/v1/accounts?renewalBefore=soon", 422, "validation", "invalid_format"),
        Get("49", "an external id without its system", "/v1/accounts?externalId=cus_1", 422, "validation", "invalid_format"),
        Get("49", "external id with an empty system", "/v1/accounts?externalId=:cus_1", 422, "validation", "invalid_format"),
        Get("49", "unknown roll-up", "/v1/accounts/a/roll-up?method=wrost", 422, "validation", "unknown"),
        Get("49", "unknown interval", "/v1/accounts/a/health/history?interval=dya", 422, "validation", "unknown"),
        Get("53", "NaN in a query", "/v1/accounts?minScore=NaN", 422, "validation", "wrong_type"),
        Get("55", "1e400 in a query", "/v1/accounts?maxScore=1e400", 422, "validation", "wrong_type"),
        Get("68", "time without an offset in a query", "/v1/accounts/a/health?at=2026-11-20T09:30:00", 422, "validation", "invalid_format"),
        Get("78", "NUL in a query", "/v1/accounts?owner=%00", 200),
        Get("80", "bad escape in a query", "/v1/accounts?owner=%zz", 200),
        Get("100", "cursor that is not base64", "/v1/accounts?cursor=%C3%A9", 400, "invalid-cursor"),
        Get("100", "cursor that is not JSON", "/v1/accounts?cursor=abc", 400, "invalid-cursor"),
        Forged("100", "id", "\"\\ud800\""),
        Forged("100", "id", "{}"),
        Forged("100", "id", "1"),
        Forged("100", "-arr", "\"x\""),
        Get("100", "cursor of another sort", $"/v1/accounts?sort=name&cursor={Base64("""{"sort":"id","value":"a","id":"a"}""")}", 400,
        "invalid-cursor"),
        Get("100", "forged cursor of a timeline", $"/v1/accounts/a/timeline?cursor={Base64("""{"at":"now","kind":"event","id":"a"}""")}",
        400, "invalid-cursor"),
        Get("101", "limit of 0", "/v1/accounts?limit=0", 422, "validation", "out_of_range"),
        Get("101", "limit of 201", "/v1/accounts?limit=201", 422, "validation", "out_of_range"),
        Get("101", "limit of 99999999999", "/v1/accounts?limit=99999999999", 422, "validation", "out_of_range"),
    ];

    private static BadInput With(
        string number, string name, string method, string target, string? body, int status, string? slug, params string[] headers) =>
        new(number, name,
            RawHttp.Request(method, target, body is null ? null : System.Text.Encoding.UTF8.GetBytes(body), [BadInput.Json, .. headers]),
            status, slug);

    private static BadInput Forged(string number, string sort, string value) =>
        Get(number, $"cursor of {sort} at {value}",
            $"/v1/accounts?sort={sort}&cursor={Base64($$"""{"sort":"{{sort}}","value":{{value}},"id":"a"}""")}", 400, "invalid-cursor");

    private static string Base64(string text) => System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(text));
}
