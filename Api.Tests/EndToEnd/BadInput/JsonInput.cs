using HealthApi.Api.Tests.Support.Http;
using static HealthApi.Api.Tests.EndToEnd.BadInput.BadInput;

namespace HealthApi.Api.Tests.EndToEnd.BadInput;

/// <summary>
/// 32–52: bodies that are not JSON, or not the expected JSON. Each malformed body is sent to every route that reads a body.
/// </summary>
internal static class JsonInput
{
    private static readonly (string Method, string Path)[] Readers =
    [
        ("POST", "/v1/events"), ("POST", "/v1/events/usage"), ("PUT", "/v1/accounts/never"), ("PATCH", "/v1/accounts/never"),
        ("POST", "/v1/accounts:batch"),
        ("POST", "/v1/score"), ("POST", "/v1/keys"), ("PUT", "/v1/thresholds/never"),
    ];

    private static readonly (string Number, string Name, byte[] Body)[] Malformed =
    [
        ("32", "empty", []),
        ("33", "white space", " \t\r\n"u8.ToArray()),
        ("34", "null", "null"u8.ToArray()),
        ("34", "a string", "\"x\""u8.ToArray()),
        ("36", "truncated", """{"id":"a","type":"usage.login","accountId":"a" """u8.ToArray()),
        ("37", "trailing comma", """{"id":"a",}"""u8.ToArray()),
        ("38", "comment", """{/* a */"id":"a"}"""u8.ToArray()),
        ("39", "trailing bytes", """{"id":"a"} x"""u8.ToArray()),
        ("40", "two documents", """{"id":"a"}{"id":"b"}"""u8.ToArray()),
        ("41", "raw control character", "{\"id\":\"a\u0001\"}"u8.ToArray()),
        ("42", "invalid UTF-8", [.. "{\"id\":\""u8, 0xff, .. "\"}"u8]),
        ("43", "overlong UTF-8", [.. "{\"id\":\""u8, 0xc0, 0xaf, .. "\"}"u8]),
        ("44", "lone surrogate", """{"id":"\ud800"}"""u8.ToArray()),
        ("44", "lone surrogate in raw UTF-8", [.. "{\"id\":\""u8, 0xed, 0xa0, 0x80, .. "\"}"u8]),
        ("46", "depth of 100,000", [.. Enumerable.Repeat((byte)'[', 100_000)]),
        ("53", "NaN", """{"id":NaN}"""u8.ToArray()),
        ("63", "leading zero", """{"id":01}"""u8.ToArray()),
        ("63", "plus sign", """{"id":+1}"""u8.ToArray()),
        ("63", "hexadecimal", """{"id":0x10}"""u8.ToArray()),
    ];

    public static IEnumerable<BadInput> All =>
    [
        .. from reader in Readers
           from body in Malformed

           // Scoring skips the unknown member before it reads its text, and reports the member instead.
           where body.Number != "44" || reader.Path != "/v1/score" || !body.Name.EndsWith("surrogate", StringComparison.Ordinal)
           select new BadInput(body.Number, $"{body.Name} to {reader.Method} {reader.Path}", Post(reader, body.Body), 400, "invalid-json"),
        .. Events,
        .. Documents,
    ];

    private static IEnumerable<BadInput> Events =>
    [
        Event("35", "empty array", "[]", 422, "validation", "required"),
        Event("35", "array in an array", "[[]]", 422, "validation", "wrong_type"),
        Event("35", "array of null", "[null]", 422, "validation", "wrong_type"),
        Event("44", "lone surrogate deep in data", Data("""{"x":{"y":[{"z":"\udc00"}]}}"""), 400, "invalid-json"),
        Event("44", "lone surrogate as a name deep in data", Data("""{"x":{"y":[{"\udc00":1}]}}"""), 400, "invalid-json"),
        Event("45", "depth 64", Data(Nested(62)), 202),
        Event("45", "depth 65", Data(Nested(63)), 400, "invalid-json"),
        Event("47", "member twice", """{"id":"a","id":"a","type":"usage.login","accountId":"a"}""", 400, "invalid-json"),
        Event("47", "member twice, once escaped", """{"id":"a","\u0069d":"a","type":"usage.login","accountId":"a"}""", 400, "invalid-json"),
        Event(
            "47", "member twice in an array", """[{"id":"a","id":"a","type":"usage.login","accountId":"a"}]""", 422, "validation", "duplicate"),
        Event("47", "member twice in data", Data("""{"userId":"a","userId":"b"}"""), 400, "invalid-json"),
        Event("47", "unknown member twice in data", Data("""{"x":1,"x":1}"""), 400, "invalid-json"),
        Event("47", "member twice deep in data", Data("""{"x":[{"y":1,"y":2}]}"""), 400, "invalid-json"),
        Event(
            "48", "member in other case", """{"id":"a","ID":"a","type":"usage.login","accountId":"a"}""", 422, "validation", "unknown_member"),
        Event(
            "49", "unknown member", """{"id":"a","type":"usage.login","accountId":"a","foo":{"deep":[1]}}""", 422, "validation",
            "unknown_member"),
        Event("50", "required missing", """{"type":"usage.login","accountId":"a"}""", 422, "validation", "required"),
        Event(
            "50", "required by the type missing", """{"id":"a","type":"ticket.opened","accountId":"a","data":{}}""", 422, "validation",
            "required"),
        Event("51", "required null", """{"id":null,"type":"usage.login","accountId":"a"}""", 422, "validation", "required"),
        Event("52", "byte order mark", "\uFEFF" + """{"id":"bom","type":"usage.login","accountId":"a"}""", 202),
    ];

    private static IEnumerable<BadInput> Documents =>
    [
        Send("35", "array for an account", "PUT", "/v1/accounts/never", "[]", 400, "invalid-json"),
        Send("35", "array for a patch", "PATCH", "/v1/accounts/never", "[]", 400, "invalid-json"),
        Send("35", "array for a scoring request", "POST", "/v1/score", "[]", 400, "invalid-json"),
        Send("44", "lone surrogate in attributes", "PUT", "/v1/accounts/never", """{"attributes":{"a":["\ud83d"]}}""", 400, "invalid-json"),
        Send(
            "44", "lone surrogate as an id to score", "POST", "/v1/score", """{"accounts":[{"id":"\ud800","signals":{}}]}""", 400,
            "invalid-json"),
        Send("45", "account of depth 32", "PUT", "/v1/accounts/deep", $$$"""{"attributes":{"a":{{{Nested(30)}}}}}""", 201),
        Send("45", "account of depth 33", "PUT", "/v1/accounts/never", $$$"""{"attributes":{"a":{{{Nested(31)}}}}}""", 400, "invalid-json"),
        Send("47", "member twice in an account", "PUT", "/v1/accounts/never", """{"name":"a","name":"b"}""", 400, "invalid-json"),
        Send(
            "47", "member twice in attributes", "PUT", "/v1/accounts/never", """{"attributes":{"a":{"b":1,"b":2}}}""", 400, "invalid-json"),
        Send("47", "member twice in a patch", "PATCH", "/v1/accounts/never", """{"attributes":{"a":{"b":1,"b":2}}}""", 400, "invalid-json"),
        Send(
            "47", "signal twice", "POST", "/v1/score", """{"accounts":[{"id":"a","signals":{"tickets30":1,"tickets30":1}}]}""", 400,
            "invalid-json"),
        Send(
            "48", "member of an account in other case", "PUT", "/v1/accounts/never", """{"Name":"a"}""", 422, "validation", "unknown_member"),
        Send("49", "unknown member of an account", "PUT", "/v1/accounts/never", """{"nmae":"a"}""", 422, "validation", "unknown_member"),
        Send(
            "49", "unknown member of a threshold", "PUT", "/v1/thresholds/never", """{"metric":"health","bound":1,"foo":1}""", 422,
            "validation", "unknown_member"),
        Send(
            "49", "unknown member of a scoring request", "POST", "/v1/score", """{"accounts":[],"foo":1}""", 422, "validation",
            "unknown_member"),
        Send("50", "required of a key missing", "POST", "/v1/keys", "{}", 422, "validation", "required"),
        Send(
            "50", "required of a threshold missing", "PUT", "/v1/thresholds/never", """{"metric":"health"}""", 422, "validation", "required"),
        Send("50", "accounts to score missing", "POST", "/v1/score", "{}", 422, "validation", "required"),
        Send(
            "50", "id of an account in a batch missing", "POST", "/v1/accounts:batch", """{"accounts":[{"name":"a"}]}""", 422, "validation",
            "required"),
        Send("51", "required of a key null", "POST", "/v1/keys", """{"name":null,"scopes":["read"]}""", 422, "validation", "wrong_type"),
        Send("51", "null in a list of scopes", "POST", "/v1/keys", """{"name":"a","scopes":[null]}""", 422, "validation", "unknown"),
        Send("51", "null in a list of tags", "PUT", "/v1/accounts/never", """{"tags":[null]}""", 422, "validation", "required"),
        Send("51", "null in a batch", "POST", "/v1/accounts:batch", """{"accounts":[null]}""", 422, "validation", "wrong_type"),
        Send("52", "byte order mark before an account", "PUT", "/v1/accounts/bom", "\uFEFF{}", 201),
    ];

    private static string Data(string data) =>
        $$"""{"id":"deep","type":"usage.activity","accountId":"a","data":{{(data.StartsWith('{') ? data : $$"""{"x":{{data}}}""")}}}""";

    /// <summary>An empty array, nested to this depth.</summary>
    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    private static byte[] Post((string Method, string Path) reader, byte[] body) =>
        RawHttp.Request(reader.Method, reader.Path, body, Key, BadInput.Json);
}
