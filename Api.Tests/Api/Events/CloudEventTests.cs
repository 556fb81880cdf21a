using System.Net;
using System.Text;
using System.Text.Json;
using HealthApi.Api.Tests.EndToEnd.BadInput;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Core.Events;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Events;

/// <summary>CloudEvents 1.0.2 in the three modes of its HTTP binding.</summary>
internal sealed class CloudEventTests
{
    private const string Structured = "application/cloudevents+json", Batched = "application/cloudevents-batch+json";

    private const string One =
        """{"specversion":"1.0","id":"ce-1","source":"/crm/eu","type":"usage.feature_used","subject":"acme","time":"2026-11-20T10:30:00+01:00","partitionkey":"x","sequence":7,"data":{"feature":"reports"}}""";

    private static readonly (string, string)[] Attributes =
        [("ce-specversion", "1.0"), ("ce-id", "ce-1"), ("ce-source", "/crm/eu"), ("ce-type", "usage.feature_used"), ("ce-subject", "acme"),
            ("ce-time", "2026-11-20T10:30:00+01:00")];

    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync() =>
        _service =
            await TestService.StartAsync(["Roles=api"], new ManualTimeProvider(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero)));

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase(One, Structured)]
    [TestCase(One, Structured + "; charset=utf-8")]
    [TestCase($"[{One}]", Batched)]
    public async Task A_structured_or_batched_CloudEvent_is_accepted(string body, string contentType) =>
        IsTheEvent(await SendAsync("/v1/events", body, contentType));

    [Test]
    public async Task A_binary_CloudEvent_is_accepted() =>
        IsTheEvent(await SendAsync("/v1/events", """{"feature":"reports"}""", "application/json", Attributes));

    [TestCase("application/vnd.acme.usage+json")]
    [TestCase("application/problem+json; charset=utf-8")]
    [TestCase("text/json")]
    [TestCase("Application/JSON")]
    public async Task Binary_data_may_have_any_JSON_media_type(string contentType) =>
        IsTheEvent(await SendAsync("/v1/events", """{"feature":"reports"}""", contentType, Attributes));

    [TestCase("application/vnd.acme.usage+json")]
    [TestCase("text/json")]
    public async Task Structured_data_may_have_any_JSON_media_type(string contentType) =>
        IsTheEvent(await SendAsync("/v1/events", One.Replace("\"data\":", $"\"datacontenttype\":\"{contentType}\",\"data\":"), Structured));

    [TestCase("application/+json", 415)]
    [TestCase("text/plain", 415)]
    [TestCase("application/vnd.acme+json; charset=latin1", 415)]
    public async Task Data_that_is_not_JSON_is_refused(string contentType, int status)
    {
        var answer = await RawHttp.SendAsync(
            _service.Client.BaseAddress!,
            RawHttp.Request("POST", "/v1/events", "{}"u8.ToArray(), [BadInput.Key, "Content-Type: " + contentType, .. Lines(Attributes)]));
        Assert.That(answer.Status, Is.EqualTo(status), answer.Body);
    }

    [TestCase(null)]
    [TestCase("application/json")]
    [TestCase("application/vnd.acme+json")]
    public async Task A_binary_CloudEvent_may_have_no_data(string? contentType)
    {
        string[] type = contentType is null ? [] : ["Content-Type: " + contentType];
        var login = Attributes.Select(pair => pair.Item1 == "ce-type" ? ("ce-type", "usage.login") : pair).ToArray();
        var answer = await RawHttp.SendAsync(
            _service.Client.BaseAddress!, RawHttp.Request("POST", "/v1/events", [], [BadInput.Key, .. type, .. Lines(login)]));
        Assert.That(answer.Status, Is.EqualTo(202), answer.Body);
        Assert.That((await WaitingAsync()).Type, Is.EqualTo(EventType.UsageLogin));
    }

    [TestCase(true, 415, Description = "binary data needs a Content-Type")]
    [TestCase(false, 415, Description = "a native event needs a Content-Type")]
    public async Task Data_without_a_Content_Type_is_refused(bool binary, int status)
    {
        var answer = await RawHttp.SendAsync(
            _service.Client.BaseAddress!,
            RawHttp.Request("POST", "/v1/events", "{}"u8.ToArray(), [BadInput.Key, .. binary ? Lines(Attributes) : []]));
        Assert.That(answer.Status, Is.EqualTo(status), answer.Body);
    }

    [Test]
    public async Task An_empty_CloudEvents_batch_is_accepted_and_an_empty_native_array_is_not()
    {
        using var batch = await _service.PostTextAsync("/v1/events?atomic=true", "[]", Batched);
        using var native = await _service.PostTextAsync("/v1/events", "[]");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await batch.Content.ReadAsStringAsync(), Is.EqualTo("""{"accepted":0,"rejected":[]}"""));
            Assert.That((batch.StatusCode, native.StatusCode), Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.UnprocessableEntity)));
        }
    }

    [Test]
    public async Task The_ce_headers_of_a_structured_event_are_ignored() =>
        IsTheEvent(
            await SendAsync(
                "/v1/events", One, Structured, ("ce-specversion", "0.3"), ("ce-id", "other"), ("ce-datacontenttype", "text/plain"),
                ("ce-note", "%zz")));

    [Test]
    public async Task A_native_event_with_a_stray_ce_header_stays_a_native_event()
    {
        var envelope =
            await SendAsync("/v1/events", """{"id":"native","type":"usage.login","accountId":"a"}""", "application/json", ("ce-note", "x"));
        Assert.That(envelope.Id, Is.EqualTo("native"));
    }

    [TestCase(One, Structured, false)]
    [TestCase($"[{One}]", Batched, false)]
    [TestCase("""{"feature":"reports"}""", "application/json", true)]
    public async Task Bodies_may_be_chunked_without_a_Content_Length(string body, string contentType, bool binary)
    {
        var headers = new List<string> { BadInput.Key, "Content-Type: " + contentType, "Transfer-Encoding: chunked" };
        if (binary) headers.AddRange(Attributes.Select(pair => $"{pair.Item1}: {pair.Item2}"));
        var bytes = Encoding.UTF8.GetBytes(body);
        byte[] request =
            [.. RawHttp.Request("POST", "/v1/events", null, headers), .. Chunk(bytes[..7]), .. Chunk(bytes[7..]), .. "0\r\n\r\n"u8];
        var answer = await RawHttp.SendAsync(_service.Client.BaseAddress!, request);
        Assert.That(answer.Status, Is.EqualTo(202), answer.Body);
        IsTheEvent(await WaitingAsync());
    }

    [TestCase("Z%C3%BCrich%20%F0%9F%98%80%25", "Zürich 😀%")]
    [TestCase("\"a\\\"b%20c\"", "a\"b c")]
    [TestCase("plain", "plain")]
    public async Task Headers_are_unquoted_and_percent_decoded_once(string header, string accountId)
    {
        var envelope = await SendAsync(
            "/v1/events", "", "application/json",
            [.. Attributes.Where(pair => pair.Item1 is not ("ce-subject" or "ce-type")), ("ce-type", "usage.login"),
            ("CE-Subject", header)]);
        Assert.That(envelope.AccountId, Is.EqualTo(accountId));
    }

    [Test]
    public async Task Base64_data_is_decoded()
    {
        var base64 = Convert.ToBase64String("""{"feature":"reports"}"""u8);
        IsTheEvent(
            await SendAsync(
                "/v1/events",
                One.Replace("\"data\":{\"feature\":\"reports\"}", $"\"datacontenttype\":\"application/json\",\"data_base64\":\"{base64}\""),
                Structured));
    }

    [TestCase(Structured, 202)]
    [TestCase("application/json", 422)]
    public async Task A_CloudEvent_may_be_twice_as_large_as_a_native_event(string contentType, int status)
    {
        var data = $$"""{"feature":"reports","note":"{{new string('a', 50_000)}}"}""";
        var body = contentType == Structured ? One.Replace("""{"feature":"reports"}""", data)
            : $$"""{"id":"n","type":"usage.feature_used","accountId":"a","data":{{data}}}""";
        using var response = await _service.PostTextAsync("/v1/events", body, contentType);
        Assert.That((int)response.StatusCode, Is.EqualTo(status));
    }

    [Test]
    public async Task A_known_text_field_of_a_CloudEvent_may_have_50_000_characters()
    {
        var body = One.Replace("usage.feature_used", "csat.responded")
            .Replace("""{"feature":"reports"}""", $$"""{"score":5,"comment":"{{new string('a', 50_000)}}"}""");
        var envelope = await SendAsync("/v1/events", body, Structured);
        Assert.That(EventReader.Open(envelope).Data, Is.InstanceOf<ResponseData>(), "the worker can decode the accepted event");
    }

    [Test]
    public async Task Invalid_events_of_a_batch_are_rejected_alone_unless_the_request_is_atomic()
    {
        var batch = $"[{One.Replace("1.0", "0.3")},{One},{One.Replace("acme", "")}]";
        using (var all = await _service.PostTextAsync("/v1/events?atomic=true", batch, Batched))
            Assert.That(all.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        using var some = await _service.PostTextAsync("/v1/events", batch, Batched);
        var answer = await some.ReadJsonAsync();
        Assert.That(answer.GetProperty("accepted").GetInt32(), Is.EqualTo(1));
        Assert.That(
            answer.GetProperty("rejected").EnumerateArray().Select(Pointer), Is.EqualTo((string[])["0 /specversion", "2 /subject"]));
    }

    [TestCase("/v1/events/usage", 202)]
    [TestCase("/v1/events/nps", 422)]
    public async Task A_family_route_accepts_CloudEvents_of_its_family_only(string path, int status)
    {
        using var response = await _service.PostTextAsync(path, One, Structured);
        Assert.That((int)response.StatusCode, Is.EqualTo(status));
    }

    [Test]
    public async Task The_same_event_as_CloudEvent_and_native_is_a_duplicate()
    {
        using var native = await _service.PostTextAsync(
            "/v1/events",
            """{"id":"ce-1","source":"/crm/eu","type":"usage.feature_used","accountId":"acme","occurredAt":"2026-11-20T09:30:00Z","data":{"feature":"reports"}}""");
        await SendAsync("/v1/events", One, Structured);
        await _service.IntakeAsync(await _service.Services.GetWaitingAsync());
        var stats = await _service.GetAsync("/v1/ingestion/stats");
        Assert.That(
            (stats.GetProperty("processed").GetInt32(), stats.GetProperty("duplicates").GetInt32(),
            stats.GetProperty("conflicts").GetInt32()), Is.EqualTo((1, 1, 0)));
    }

    private static string Pointer(JsonElement rejected) =>
        $"{rejected.GetProperty("index")} {rejected.GetProperty("errors")[0].GetProperty("pointer")}";

    private static byte[] Chunk(byte[] bytes) => [.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8];

    private static void IsTheEvent(EventEnvelope envelope)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (envelope.Source, envelope.Id, envelope.Type, envelope.AccountId),
                Is.EqualTo(("/crm/eu", "ce-1", EventType.UsageFeatureUsed, "acme")));
            Assert.That(envelope.OccurredAt, Is.EqualTo(new DateTimeOffset(2026, 11, 20, 9, 30, 0, TimeSpan.Zero)));
            Assert.That(Encoding.UTF8.GetString(envelope.Data.Span), Is.EqualTo("""{"feature":"reports"}"""));
        }
    }

    private async Task<EventEnvelope> SendAsync(string path, string body, string contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = TestRequests.Text(body, contentType) };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _service.Client.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), await response.Content.ReadAsStringAsync());
        return await WaitingAsync();
    }

    private async Task<EventEnvelope> WaitingAsync() =>
        EventBatchCodec.Decode((await _service.Services.GetWaitingAsync())[^1].Payload).Single();

    private static IEnumerable<string> Lines(IEnumerable<(string Name, string Value)> headers) =>
        headers.Select(header => $"{header.Name}: {header.Value}");
}
