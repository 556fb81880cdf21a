using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Integrations;

/// <summary>The tracking calls of Segment's and RudderStack's SDKs.</summary>
internal sealed class TrackingTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Key = "the-write-key-of-the-tests";

    private TestService _service = null!;
    private string _url = "";

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind);
        _url = (await _service.CreateIntegrationAsync("segment", new { secret = Key })).GetProperty("url").GetString()!;
    }

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task A_group_call_creates_the_account_and_assigns_events_of_its_users()
    {
        await PostAsync("/v1/track", Message("early", "track", """{"userId":"g-u1","event":"Report Exported"}"""), HttpStatusCode.OK);
        await PostAsync(
            "/v1/group", Message("g", "group", """{"userId":"g-u1","groupId":"g-acme","traits":{"name":"Acme","plan":"pro","seats":10}}"""),
            HttpStatusCode.OK);
        await PostAsync(
            "/v1/batch",
            $$"""{"batch":[{{Message("late", "track", """{"userId":"g-u1","event":"Alert Set"}""")}},{{Message("other", "page", """{"userId":"g-u2","context":{"groupId":"g-acme"}}""")}}]}""", HttpStatusCode.OK);
        await _service.SettledAsync();
        var signals = await Eventually.GetAsync(
            () => _service.GetAsync("/v1/accounts/g-acme/signals"), read => Value(read, "usageVolume30") is 3,
                "usage sent before the group call counts too");
        Assert.That(Value(signals, "monthlyActiveUsers"), Is.EqualTo(2));
        var account = await _service.GetAsync("/v1/accounts/g-acme");
        Assert.That(
            (account.GetProperty("name").GetString(), account.GetProperty("plan").GetString(), account.GetProperty("licences").GetInt32()),
            Is.EqualTo(("Acme", "pro", 10)));
        Assert.That(account.GetProperty("externalIds").GetProperty("segment").GetString(), Is.EqualTo("g-acme"));
    }

    [Test]
    public async Task Traits_of_an_older_message_do_not_replace_newer_ones()
    {
        var now = DateTimeOffset.UtcNow;
        await PostAsync(
            "/v1/group", Message("o2", "group", """{"groupId":"o-acme","traits":{"plan":"newer"}}""", now.AddMinutes(-1)),
            HttpStatusCode.OK);
        await PostAsync(
            "/v1/group", Message("o1", "group", """{"groupId":"o-acme","traits":{"plan":"older","name":"Named"}}""", now.AddMinutes(-2)),
            HttpStatusCode.OK);
        var account = await _service.GetAsync("/v1/accounts/o-acme");
        Assert.That((account.GetProperty("plan").GetString(), account.GetProperty("name").GetString()), Is.EqualTo(("newer", "Named")));
    }

    [Test]
    public async Task An_identify_call_assigns_the_user_to_a_company()
    {
        await PostAsync(
            "/v1/identify",
            Message("i", "identify", """{"userId":"i-u1","traits":{"email":"a@b.c","company":{"id":"i-acme","name":"I Acme"}}}"""),
            HttpStatusCode.OK);
        await PostAsync("/v1/track", Message("i2", "track", """{"userId":"i-u1","event":"Signed In"}"""), HttpStatusCode.OK);
        await _service.SettledAsync();
        Assert.That(Value(await _service.GetAsync("/v1/accounts/i-acme/signals"), "logins30"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_message_that_is_sent_three_times_counts_once()
    {
        var message = Message("retry", "track", """{"event":"x","userId":"r-u1","context":{"groupId":"r-acme"}}""");
        await _service.PutAsync("/v1/accounts/r-acme", new { name = "R" });
        for (var time = 0; time < 3; time++) await PostAsync("/v1/track", message, HttpStatusCode.OK);
        await _service.SettledAsync();
        Assert.That(Value(await _service.GetAsync("/v1/accounts/r-acme/signals"), "usageVolume30"), Is.EqualTo(1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Gzip_from_RudderStack_with_a_form_content_type_is_read(bool labelled)
    {
        var account = "rudder-" + labelled;
        await _service.PutAsync("/v1/accounts/" + account, new { name = account });
        var body =
            $$"""{"batch":[{{Message(account, "track", $$$"""{"event":"x","userId":"u","context":{"groupId":"{{{account}}}"}}""")}}]}""";
        using var content = new ByteArrayContent(Gzip(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        if (labelled) content.Headers.ContentEncoding.Add("gzip");
        using var response = await SendAsync(_url + "/v1/batch", content, Vendors.Basic(Key));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await _service.SettledAsync();
        Assert.That(Value(await _service.GetAsync($"/v1/accounts/{account}/signals"), "usageVolume30"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_write_key_may_be_in_the_body()
    {
        using var content = TestRequests.Text($$"""{"batch":[],"writeKey":"{{Key}}"}""");
        using var response = await SendAsync("/v1/batch", content, null);
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo("""{"success":true}"""));
    }

    [TestCase("/v1/track", "another-key", 401)]
    [TestCase("/v1/track", null, 401)]
    [TestCase("{url}/v1/track", "another-key", 401)]
    [TestCase("/in/int_none/v1/track", Key, 404)]
    public async Task A_wrong_or_missing_write_key_is_refused(string path, string? key, int status)
    {
        using var content = TestRequests.Text(Message("refused", "track", """{"userId":"u","event":"e"}"""));
        using var response =
            await SendAsync(path.Replace("{url}", _url, StringComparison.Ordinal), content, key is null ? null : Vendors.Basic(key));
        Assert.That((int)response.StatusCode, Is.EqualTo(status));
    }

    private async Task PostAsync(string path, string body, HttpStatusCode expected)
    {
        using var content = TestRequests.Text(body);
        using var response = await SendAsync(path, content, Vendors.Basic(Key));
        Assert.That(response.StatusCode, Is.EqualTo(expected), await response.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> SendAsync(string path, HttpContent content, AuthenticationHeaderValue? key)
    {
        using var client = new HttpClient { BaseAddress = _service.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = key;
        return await client.PostAsync(path, content);
    }

    private static string Message(string id, string type, string members, DateTimeOffset? at = null) =>
        $$"""{"messageId":"{{id}}","type":"{{type}}",{{members[1..^1]}},"timestamp":"{{(at ?? DateTimeOffset.UtcNow.AddSeconds(-30)).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}"}""";

    private static double? Value(JsonElement signals, string name) =>
        signals.GetProperty("signals").GetProperty(name).GetProperty("value") is { ValueKind: JsonValueKind.Number } value
            ? value.GetDouble() : null;

    private static byte[] Gzip(string text)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return stream.ToArray();
    }
}
