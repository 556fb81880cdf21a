using System.IO.Compression;
using System.Net;
using System.Text;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Events;

/// <summary>The body formats of events: object, array, NDJSON, compressed.</summary>
internal sealed class IngestBodyTests
{
    private const string One = """{"id":"one","type":"usage.login","accountId":"a"}""",
        Two = """{ "id": "two", "type": "usage.login", "accountId": "a" }""";

    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(["Roles=api"]);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase(One, "application/json", 1)]
    [TestCase($"[{One},{Two}]", "application/json", 2)]
    [TestCase($" \n [ {One} , {Two} ] \n", "application/json", 2)]
    [TestCase(One, "application/json; charset=UTF-8", 1)]
    [TestCase(One, "APPLICATION/JSON", 1)]
    [TestCase($"{One}\n{Two}\n", "application/x-ndjson", 2)]
    [TestCase($"{One}\r\n\r\n{Two}", "application/x-ndjson", 2)]
    [TestCase($"\uFEFF{One}\n{Two}", "application/x-ndjson", 2)]
    public async Task A_body_may_be_an_object_an_array_or_NDJSON(string body, string contentType, int accepted)
    {
        using var response = await _service.PostTextAsync("/v1/events", body, contentType);
        Assert.That((await response.ReadJsonAsync()).GetProperty("accepted").GetInt32(), Is.EqualTo(accepted));
    }

    [Test]
    public async Task An_invalid_line_is_rejected_alone()
    {
        using var response = await _service.PostTextAsync("/v1/events", $"{One}\nnonsense\n\n{{\"id\":1}}\n{Two}", "application/x-ndjson");
        var answer = await response.ReadJsonAsync();
        Assert.That(answer.GetProperty("accepted").GetInt32(), Is.EqualTo(2));
        Assert.That(
            answer.GetProperty("rejected").EnumerateArray()
                .Select(rejected => $"{rejected.GetProperty("index")} {rejected.GetProperty("errors")[0].GetProperty("code")}"),
            Is.EqualTo((string[])["1 invalid_json", "2 wrong_type"]), "empty lines are not counted");
    }

    [Test]
    public async Task An_event_that_is_too_large_is_rejected_alone(
        [Values("id", "type", "accountId", "source", "comment", "unknown")] string where)
    {
        var large = new string('x', 33 * 1024);
        var member = where == "comment" ? $"\"data\":{{\"comment\":\"{large}\"}}" : where == "unknown" ? $"\"{large}\":1"
            : $"\"{where}\":\"{large}\"";
        using var response = await _service.PostTextAsync("/v1/events", $"[{One},{{{member}}},{Two}]", "application/json");
        var answer = await response.ReadJsonAsync();
        Assert.That(answer.GetProperty("accepted").GetInt32(), Is.EqualTo(2));
        var rejected = answer.GetProperty("rejected").EnumerateArray().Single();
        Assert.That(rejected.GetProperty("errors").EnumerateArray().Single().GetProperty("code").GetString(), Is.EqualTo("too_large"));
    }

    [TestCase("gzip", "application/json")]
    [TestCase("br", "application/json")]
    [TestCase("gzip", "application/x-ndjson")]
    [TestCase("GZIP", "application/json")]
    [TestCase("identity", "application/json")]
    public async Task Bodies_may_be_compressed(string encoding, string contentType)
    {
        var text = contentType == "application/json" ? $"[{One},{Two}]" : $"{One}\n{Two}";
        using var content = new ByteArrayContent(Compress(encoding, Encoding.UTF8.GetBytes(text)));
        content.Headers.Add("Content-Type", contentType);
        content.Headers.Add("Content-Encoding", encoding);
        using var response = await _service.Client.PostAsync("/v1/events", content);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), await response.Content.ReadAsStringAsync());
        Assert.That((await response.ReadJsonAsync()).GetProperty("accepted").GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task Five_thousand_events_are_accepted_in_one_request()
    {
        var body =
            $"[{string.Join(',', Enumerable.Range(0, 5_000).Select(n => $$"""{"id":"many-{{n}}","type":"usage.login","accountId":"many-{{n % 50}}"}"""))}]";
        using var response = await _service.PostTextAsync("/v1/events", body);
        Assert.That((await response.ReadJsonAsync()).GetProperty("accepted").GetInt32(), Is.EqualTo(5_000));
    }

    [Test]
    public async Task An_event_may_have_32_KiB_and_no_more()
    {
        const string Head = """{"id":"large","type":"usage.login","accountId":"a","data":{"x":" """;
        var most = Head + new string('x', (32 * 1024) - Head.Length - 3) + "\"}}";
        using var taken = await _service.PostTextAsync("/v1/events", most);
        using var refused = await _service.PostTextAsync("/v1/events", most.Replace("\"x\":", "\"xx\":"));
        Assert.That((int)taken.StatusCode, Is.EqualTo(202));
        Assert.That((int)refused.StatusCode, Is.EqualTo(422));
    }

    private static byte[] Compress(string encoding, byte[] plain)
    {
        using var target = new MemoryStream();
        using (Stream packing = encoding.ToUpperInvariant() switch
        {
            "GZIP" => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true),
            "BR" => new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BufferedStream(target),
        })
        {
            packing.Write(plain);
        }

        return target.ToArray();
    }
}
