using System.Text;
using HealthApi.Api.Tests.Support.Http;
using static HealthApi.Api.Tests.EndToEnd.BadInput.BadInput;

namespace HealthApi.Api.Tests.EndToEnd.BadInput;

/// <summary>
/// 53–75, 97, 98: well-formed JSON with values that break a rule. An invalid value is 422; only invalid syntax is 400.
/// </summary>
internal static class ValueInput
{
    private const string Line = """{"id":"line","type":"usage.login","accountId":"a"}""";

    public static IEnumerable<BadInput> All => [.. Numbers, .. Times, .. Documents, .. Sizes];

    private static IEnumerable<BadInput> Numbers =>
    [
        Quantity("54", "\"NaN\"", "wrong_type"),
        Quantity("55", "1e400", "out_of_range"),
        Quantity("55", "-1e400", "out_of_range"),
        Quantity("56", new string('1', 30_000), "out_of_range"),
        Quantity("56", new string('1', 1_000_000), "too_large"),
        Quantity("58", "79228162514264337593543950335", "out_of_range"),
        Quantity("59", "0." + new string('1', 40), "out_of_range"),
        Quantity("59", "1.0000001", "out_of_range"),
        Quantity("59", "1e-30", "out_of_range"),
        Quantity("60", "\"1.5\"", "wrong_type"),
        Quantity("60", "true", "wrong_type"),
        Quantity("65", "-1", "out_of_range"),
        Quantity("65", "1000000000001", "out_of_range"),
        Event("64", "minus zero", """{"id":"minus-zero","type":"usage.activity","accountId":"a","data":{"quantity":-0}}""", 202),
        Billing("61", "licences", "2147483648", "out_of_range"),
        Billing("62", "licences", "1.5", "out_of_range"),
        Billing("65", "mrr", "-0.01", "out_of_range"),
        Billing("70", "dueDate", "1795167000", "wrong_type"),
        Billing("74", "renewalDate", "\"10000-01-01\"", "invalid_format"),
        Billing("75", "currency", "\"usd\"", "invalid_format"),
        Score("66", "nps", "11"),
        Score("67", "nps", "-1"),
        Score("66", "nps", "9.5"),
        Score("66", "csat", "0"),
        Score("66", "csat", "6"),
        Score("66", "ces", "5.0000001"),
    ];

    private static IEnumerable<BadInput> Times =>
    [
        Time("68", "2026-11-20T09:30:00", "invalid_format"),
        Time("69", "2026-11-20", "invalid_format"),
        Event(
            "70", "epoch number", """{"id":"a","type":"usage.login","accountId":"a","occurredAt":1795167000}""", 422, "validation",
            "wrong_type"),
        Time("71", "2026-11-20T09:30:60Z", "invalid_format"),
        Time("72", "2026-11-20T24:00:00Z", "invalid_format"),
        Time("73", "2026-11-20T09:30:00+15:00", "invalid_format"),
        Time("74", "10000-01-01T00:00:00Z", "invalid_format"),
        Time("74", "2026-02-29T00:00:00Z", "invalid_format"),
        Time("75", "9999-12-31T23:59:59Z", "out_of_range"),
        Time("75", "0001-01-01T00:00:00Z", "out_of_range"),
        Get("75", "health in the future", "/v1/accounts/a/health?at=9999-12-31", 422, "validation", "out_of_range"),
        Get("75", "history from the year 1", "/v1/accounts/a/health/history?from=0001-01-01", 422, "validation", "out_of_range"),
    ];

    private static IEnumerable<BadInput> Documents =>
    [
        Account("57", "arr", "1e400", "out_of_range"),
        Account("58", "mrr", "79228162514264337593543950335", "out_of_range"),
        Account("59", "expectedMonthlyVolume", "0." + new string('1', 40), "out_of_range"),
        Account("60", "arr", "\"1.5\"", "wrong_type"),
        Account("61", "licences", "2147483648", "wrong_type"),
        Account("62", "licences", "1.0", "wrong_type"),
        Account("65", "arr", "-1", "out_of_range"),
        Account("68", "renewalDate", "\"2026-11-20T09:30:00\"", "invalid_format"),
        Account("70", "customerSince", "1795167000", "wrong_type"),
        Account("75", "currency", "\"US\"", "invalid_format"),
        Account("75", "renewalStatus", "\"Signed\"", "unknown"),
        Account("75", "renewalStatus", "1", "wrong_type"),
        Account("75", "segment", "\"huge\"", "unknown"),
        Account("75", "parentId", "\"never\"", "not_allowed"),
        Send(
            "55", "bound of 1e400", "PUT", "/v1/thresholds/never", """{"metric":"health","bound":1e400}""", 422, "validation", "out_of_range"),
        Send("66", "bound of 101", "PUT", "/v1/thresholds/never", """{"metric":"health","bound":101}""", 422, "validation", "out_of_range"),
        Send(
            "55", "signal of 1e400", "POST", "/v1/score", """{"accounts":[{"id":"a","signals":{"tickets30":1e400}}]}""", 422, "validation",
            "out_of_range"),
        Send(
            "60", "signal in quotes", "POST", "/v1/score", """{"accounts":[{"id":"a","signals":{"tickets30":"1"}}]}""", 422, "validation",
            "wrong_type"),
        Send("64", "bound of minus zero", "PUT", "/v1/thresholds/zero", """{"metric":"health","bound":-0}""", 201),
        Send(
            "75", "account twice in a batch", "POST", "/v1/accounts:batch", """{"accounts":[{"id":"a"},{"id":"a"}]}""", 422, "validation",
            "duplicate"),
        Send("75", "unknown scope", "POST", "/v1/keys", """{"name":"a","scopes":["root"]}""", 422, "validation", "unknown"),
    ];

    private static IEnumerable<BadInput> Sizes =>
    [
        Event("97", "5,001 events", $"[{string.Join(',', Enumerable.Repeat(Line, 5_001))}]", 413, "too-large"),
        Lines("97", "5,001 lines", string.Join('\n', Enumerable.Repeat(Line, 5_001)), 413, "too-large"),
        Event("97", "8 MiB and one byte", "[" + new string(' ', 8 * 1024 * 1024), 413, "too-large"),
        Event(
            "97", "event of 33 KiB", $$$"""{"id":"a","type":"usage.login","accountId":"a","data":{"x":"{{{new string('x', 33 * 1024)}}}"}}""",
            422, "validation", "too_large"),
        Send(
            "97", "1,001 accounts", "POST", "/v1/accounts:batch",
            $$"""{"accounts":[{{string.Join(',', Enumerable.Range(0, 1_001).Select(n => $$"""{"id":"{{n}}"}"""))}}]}""", 413, "too-large"),
        Send("97", "200,000 values in an account", "PUT", "/v1/accounts/a", Values(100_000), 413, "too-large"),
        Send("97", "200,000 values in a patch", "PATCH", "/v1/accounts/a", Values(100_000), 413, "too-large"),
        Send("97", "200,000 values in a model", "PUT", "/v1/models/m", Values(100_000), 413, "too-large"),
        Send(
            "97", "attributes of 17 KiB", "PUT", "/v1/accounts/never", $$$"""{"attributes":{"a":"{{{new string('x', 17 * 1024)}}}"}}""", 422,
            "validation", "too_large"),
        Send("98", "one invalid event of two, atomic", "POST", "/v1/events?atomic=true", $"[{Line},{{}}]", 422, "validation", "required"),
        Lines("98", "only lines that are not JSON", "nonsense\n{", 422, "validation", "invalid_json"),
        Lines("98", "only empty lines", "\n \r\n", 400, "invalid-json"),
    ];

    private static BadInput Quantity(string number, string value, string code) =>
        Data(number, "usage.activity", "quantity", value, code);

    private static BadInput Billing(string number, string member, string value, string code) =>
        Data(number, "billing.invoice_issued", member, value, code);

    private static BadInput Score(string number, string family, string value) =>
        Data(number, family + ".responded", "score", value, "out_of_range");

    private static BadInput Data(string number, string type, string member, string value, string code)
    {
        var shown = value.Length > 50 ? $"{value.Length} digits" : value;
        return Event(
            number, $"{type} with {member} {shown}",
            $$$"""{"id":"a","type":"{{{type}}}","accountId":"a","data":{"{{{member}}}":{{{value}}}}}""", 422, "validation", code);
    }

    private static BadInput Time(string number, string time, string code) =>
        Event(number, time, $$"""{"id":"a","type":"usage.login","accountId":"a","occurredAt":"{{time}}"}""", 422, "validation", code);

    private static BadInput Account(string number, string member, string value, string code) =>
        Send(
            number, $"account with {member} {value}", "PUT", "/v1/accounts/never", $$"""{"{{member}}":{{value}}}""", 422, "validation",
            code);

    private static string Values(int count) => $$$"""{"attributes":{"a":[{{{string.Join(',', Enumerable.Repeat("[]", count))}}}]}}""";

    private static BadInput Lines(string number, string name, string body, int status, string slug, string? code = null) =>
        new(number, name, RawHttp.Request("POST", "/v1/events", Encoding.UTF8.GetBytes(body), Key, "Content-Type: application/x-ndjson"),
            status, slug, code);
}
