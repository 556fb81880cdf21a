using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Http;

namespace HealthApi.Api.Tests.EndToEnd.BadInput;

/// <summary>A request with valid method, path and headers, and a mutated body.</summary>
public sealed record FuzzedRequest(string Method, string Path, string Body)
{
    internal static readonly (string Method, string Path, string Body)[] Good =
    [
        ("POST", "/v1/events",
        """{"id":"e1","type":"usage.snapshot","accountId":"acme","occurredAt":"{now}","source":"crm","data":{"userId":"u1","feature":"reports","quantity":3,"activeUsers":4,"records":1.5,"extra":{"a":[1,"x"]}}}"""),
        ("POST", "/v1/events",
        """[{"id":"e2","type":"ticket.escalated","accountId":"acme","data":{"ticketId":"t1","priority":"p1","sentiment":"negative","firstContactResolution":false,"level":"executive"}},{"id":"e3","type":"nps.responded","accountId":"globex","data":{"score":9,"comment":"fine"}}]"""),
        ("POST", "/v1/events/billing",
        """{"id":"e4","type":"billing.invoice_issued","accountId":"acme","data":{"invoiceId":"i1","amount":100.5,"currency":"EUR","dueDate":"2026-11-20","mrr":900,"licences":12,"renewalDate":"2027-01-31T00:00:00Z"}}"""),
        ("POST", "/v1/events",
        """{"id":"e5","type":"relationship.outcome_reported","accountId":"acme","data":{"score":70,"feature":"export"}}"""),
        ("PUT", "/v1/accounts/acme",
        """{"name":"Acme","arr":120000,"mrr":10000,"currency":"USD","plan":"gold","licences":50,"featuresAvailable":10,"coreFeatures":["reports"],"expectedMonthlyVolume":100.5,"contractedUsage":1000,"customerSince":"2026-01-01","renewalDate":"2027-01-01","renewalStatus":"open","owner":"dana","parentId":"group","tags":["vip"],"externalIds":{"stripe":"cus_1"},"attributes":{"a":{"b":[1]}},"segment":"smb","phase":"growth","churnedAt":"2026-12-01"}"""),
        ("PATCH", "/v1/accounts/acme",
        """{"name":"Acme 2","tags":["a"],"externalIds":{"stripe":null,"zendesk":"1"},"attributes":{"a":{"b":null}},"renewalDate":"2027-02-01"}"""),
        ("POST", "/v1/accounts:batch",
        """{"accounts":[{"id":"acme","name":"Acme","arr":1},{"id":"globex","licences":3,"attributes":{"x":1}}]}"""),
        ("POST", "/v1/score",
        """{"model":"lifecycle","accounts":[{"id":"a","signals":{"daysSinceLastActivity":3,"paymentStatus":"current","championLeft":false,"usageChange30":-0.4}}]}"""),
        ("POST", "/v1/score",
        """{"model":{"id":"mine","components":[{"id":"one","weight":1,"measures":[{"signal":"npsLatest","normaliser":{"kind":"linear","from":0,"to":10}}]}],"categories":[{"id":"good","atLeast":50},{"id":"bad"}]},"accounts":[{"id":"a","signals":{"npsLatest":7}}]}"""),
        ("PUT", "/v1/thresholds/own",
        """{"metric":"health","bound":55.5,"direction":"falling","margin":3,"dwellHours":12,"segment":"enterprise"}"""),
        ("PUT", "/v1/models/mine",
        """{"name":"Mine","missing":"zero","components":[{"id":"one","weight":2.5,"aggregate":"min","measures":[{"signal":"npsLatest","weight":1,"normaliser":{"kind":"bands","bands":[{"op":">=","bound":9,"points":100}],"else":0},"missing":{"points":50}}]}],"categories":[{"id":"good","op":">","bound":50,"meaning":"m"},{"id":"bad"}]}"""),
        ("POST", "/v1/models/lifecycle/activate", """{"version":1,"segments":["*","smb"],"announce":false}"""),
        ("PUT", "/v1/churn-rules",
        """{"id":"default","probabilities":{"high":0.6,"medium":0.25},"levels":[{"id":"high","bound":60},{"id":"low"}],"indicators":[{"id":"i","severity":"high","condition":{"all":[{"signal":"championLeft","op":"==","value":true},{"any":[{"signal":"npsScore180","op":"<","value":20}]}]},"intervention":"Call."}]}"""),
        ("PUT", "/v1/segments",
        """{"segments":[{"id":"enterprise","minimumArr":100000.5,"touch":"high","csm":"named","businessReviewDays":91,"firstResponseHours":4},{"id":"smb","minimumArr":0,"touch":"low","csm":"none","businessReviewDays":null,"firstResponseHours":48}],"phases":{"onboardingDays":90,"growthDays":180,"renewalDays":90}}"""),
        ("PUT", "/v1/alert-policy",
        """{"description":"d","health":{"fallPoints":20.5,"fallDays":7,"confirmHours":24},"churnRisk":{"level":"high","releaseHours":0},"maxPerOwnerPerWeek":5,"segments":{"enterprise":{"health":null,"maxPerOwnerPerWeek":null}}}"""),
        ("POST", "/v1/keys", """{"name":"crm","scopes":["ingest","read"]}"""),
        ("POST", "/v1/webhooks",
        """{"url":"http://127.0.0.1:9/hook","eventTypes":["health.threshold_crossed"],"description":"d","filter":{"segments":["smb"],"directions":["falling"],"metrics":["health"],"minArr":10.5,"accounts":["acme"],"tags":["vip"]},"maxPerMinute":60}"""),
    ];

    public override string ToString() => $"{Method} {Path} {(Body.Length > 2_000 ? Body[..2_000] + "…" : Body)}";
}

/// <summary>A sequence of requests.</summary>
public sealed record FuzzedSession(IReadOnlyList<FuzzedRequest> Requests)
{
    public override string ToString() => string.Join('\n', Requests);
}

/// <summary>A request with arbitrary query, headers and body bytes.</summary>
public sealed record FuzzedFrame(string Method, string Target, IReadOnlyList<string> Headers, byte[] Body)
{
    public override string ToString() =>
        $"{Method} {Target} [{string.Join(" | ", Headers)}] {Convert.ToHexString(Body.AsSpan(0, Math.Min(200, Body.Length)))}";
}

/// <summary>Generators of requests that are almost valid, and of arbitrary ones.</summary>
internal static class FuzzedRequests
{
    private static readonly string[] Names =
    [
        "Content-Type", "Content-Encoding", "Accept", "Accept-Encoding", "If-Match", "If-None-Match", "If-Modified-Since", "Range",
        "Expect", "traceparent", "tracestate",
        "Idempotency-Key", "X-Http-Method-Override", "X-Forwarded-For", "Cookie", "Upgrade", "Transfer-Encoding", "Authorization", "Prefer",
    ];

    private static readonly string[] Values =
    [
        "", "*", "\"", "\"1\"", "W/\"1\"", "application/json", "application/x-ndjson", "application/merge-patch+json",
        "application/json; charset=\"", "multipart/form-data; boundary=",
        "gzip", "br", "gzip, br", "identity", "chunked", "100-continue", "bytes=0-1", "Bearer", "Bearer " + TestService.AdminKey, "Basic !",
        "00-0-0-0", "\u00c3\u00a9", "h2c", "Thu, 99 Foo", ",,,", ";;;", "=",
    ];

    private static readonly string[] Targets =
    [
        "/v1/events", "/v1/events/nps", "/v1/accounts", "/v1/accounts/acme", "/v1/accounts/acme/health", "/v1/accounts/acme/timeline",
        "/v1/accounts:batch", "/v1/score", "/v1/models/lifecycle",
        "/v1/models/lifecycle/activate", "/v1/churn-rules", "/v1/segments", "/v1/alert-policy", "/v1/jobs/x", "/v1/signals",
        "/v1/thresholds/own", "/v1/keys",
        "/v1/webhooks", "/v1/webhooks/wh_x", "/v1/deliveries/x", "/v1/ingestion/stats", "/problems/validation", "/health/ready",
        "/openapi/v1.yaml",
        "/v1/accounts/%2e%2e/x", "//v1//events", "/v1/accounts/;a=b", "/V1/EVENTS", "http://localhost/v1/events",
        "/v1/events/../accounts/a",
    ];

    private static readonly string[] Queries =
    [
        "", "", "?", "?atomic=true", "?atomic=%00", "?limit=-1", "?cursor=%2B", "?cursor=eyJhdCI6MSwia2luZCI6ImV2ZW50IiwiaWQiOiIifQ",
        "?a=b&a=c", "?=", "?&&&", "?%zz=%zz", "?explain=maybe", "?model=%F0%9F%9A%80",
        "?at=2026-01-01", "?from=9999-12-31&to=0001-01-01", "?sort=-", "?q=%25_!", "?minScore=-1e308&maxScore=1e308", "?version=0",
        "?kinds=event,,crossing",
    ];

    public static Arbitrary<FuzzedRequest> Requests() => Arb.From(Request);

    public static Arbitrary<FuzzedSession> Sessions() => Arb.From(Request.ListOf(300).Select(requests => new FuzzedSession([.. requests])));

    public static Arbitrary<FuzzedFrame> Frames() => Arb.From(
        from method in Gen.Elements("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")
        from target in Gen.Elements(Targets)
        from query in Gen.Elements(Queries)
        from headers in Header.ListOf()
        from body in Gen.OneOf(Bytes, Gen.Elements(FuzzedRequest.Good).Select(good => Encoding.UTF8.GetBytes(good.Body)))
        select new FuzzedFrame(method, target + query, [BadInput.Key, BadInput.Json, .. headers.Take(6)], body));

    private static Gen<FuzzedRequest> Request =>
        from good in Gen.Elements(FuzzedRequest.Good)
        from mutations in JsonMutation.Generator.NonEmptyListOf()
        select new FuzzedRequest(
            good.Method, good.Path,
            JsonMutation.Apply(good.Body.Replace("{now}", $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ssZ}"), mutations.Take(4)));

    private static Gen<string> Header => from name in Gen.Elements(Names) from value in Gen.Elements(Values) select $"{name}: {value}";

    private static Gen<byte[]> Bytes => Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf();
}
