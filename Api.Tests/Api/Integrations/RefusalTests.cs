using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Integrations;

/// <summary>An integration lists its refused requests with the reason. The number of stored refusals is bounded.</summary>
internal sealed class RefusalTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Overdue =
        """{"id":"evt_1","type":"invoice.overdue","created":1795341000,"data":{"object":{"id":"in_1","object":"invoice","customer":"cus_1"}}}""";

    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, ["Roles=api", "Limits:WrongKeys=0"], _clock);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task A_wrong_signature_has_a_problem_type_and_page_of_its_own()
    {
        var stripe = await _service.CreateIntegrationAsync("stripe");
        using var response = await _service.DeliverAsync(stripe, Overdue, Now, "another-secret-of-the-tests");
        var problem = await response.ReadJsonAsync();
        using var page = await _service.Client.GetAsync(problem.GetProperty("type").GetString());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(problem.GetProperty("type").GetString(), Is.EqualTo("/problems/invalid-signature"));
            Assert.That(problem.GetProperty("title").GetString(), Does.Not.Contain("API key"));
            Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [Test]
    public async Task Each_refusal_is_counted_and_listed_with_its_reason()
    {
        var stripe = await _service.CreateIntegrationAsync("stripe");
        await RefuseAsync(stripe, Overdue, secret: "another-secret-of-the-tests");
        await RefuseAsync(stripe, Overdue, secret: "another-secret-of-the-tests");
        await RefuseAsync(stripe, Overdue, at: Now.AddMinutes(-6));
        await RefuseAsync(stripe, "{");
        await RefuseAsync(stripe, $"[{string.Join(',', Enumerable.Repeat("{}", 5_001))}]");
        await RefuseAsync(stripe, Overdue, contentType: "application/xml");
        await RefuseAsync(stripe, Overdue, accept: "text/html");
        using (var unsigned = await _service.PostTextAsync(stripe.GetProperty("url").GetString()!, Overdue))
            Assert.That(unsigned.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        using (var tracked = await _service.PostTextAsync(stripe.GetProperty("url").GetString() + "/v1/track", "{}"))
            Assert.That(tracked.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));

        var refused = (await ReadAsync(stripe)).GetProperty("refused");
        var listed = (await _service.GetAsync(PathOf(stripe) + "/refusals")).GetProperty("data").EnumerateArray().ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.GetProperty("total").GetInt32(), Is.EqualTo(9));
            Assert.That(refused.GetProperty("lastAt").GetDateTimeOffset(), Is.EqualTo(Now));
            Assert.That(
                refused.GetProperty("reasons").GetRawText(),
                Is.EqualTo(
                    """{"invalid_body":1,"media_type":1,"not_acceptable":1,"signature_missing":1,"signature_stale":1,"signature_wrong":2,"too_large":1,"wrong_route":1}"""));
            Assert.That(
                listed.Select(one => one.GetProperty("reason").GetString()).Distinct().Order(),
                Is.EqualTo(refused.GetProperty("reasons").EnumerateObject().Select(one => one.Name)));
            Assert.That(listed, Has.Count.EqualTo(9));
            Assert.That(listed.Select(one => one.GetProperty("address").GetString()), Has.All.EqualTo("127.0.0.1"));
            Assert.That(listed.Select(one => one.GetRawText()), Has.None.Contains("cus_1"), "no part of the bodies is stored");
        }
    }

    [Test]
    public async Task Stored_refusals_are_bounded_per_reason()
    {
        var stripe = await _service.CreateIntegrationAsync("stripe");
        await RefuseAsync(stripe, "{");
        for (var round = 0; round < 3; round++)
        {
            for (var time = 0; time < 40; time++) await RefuseAsync(stripe, Overdue, secret: "another-secret-of-the-tests");
            _clock.Advance(TimeSpan.FromMinutes(1));
            await ReadAsync(stripe);
        }

        var listed = (await _service.GetAsync(PathOf(stripe) + "/refusals")).GetProperty("data").EnumerateArray()
            .GroupBy(one => one.GetProperty("reason").GetString()!);
        var rows = await _service.Database.ScalarAsync<long>(
            "SELECT COUNT(*) FROM integration_refusals WHERE integration_id = @Id",
            new { Id = stripe.GetProperty("id").GetString() });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (await ReadAsync(stripe)).GetProperty("refused").GetProperty("reasons").GetProperty("signature_wrong").GetInt32(),
                Is.EqualTo(120), "every refusal is counted");
            Assert.That(
                listed.ToDictionary(same => same.Key, same => same.Count()),
                Is.EqualTo(new Dictionary<string, int> { ["signature_wrong"] = 15, ["invalid_body"] = 1 }));
            Assert.That(rows, Is.EqualTo(16));
        }
    }

    [Test]
    public async Task A_request_to_an_unknown_integration_is_not_counted()
    {
        for (var time = 0; time < 30; time++)
        {
            using (var response = await _service.PostTextAsync($"/in/int_{Guid.NewGuid():N}", "{}"))
                Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        }

        await _service.GetAsync("/v1/integrations");
        var rows = await _service.Database.ScalarAsync<long>(
            "SELECT COUNT(*) FROM integration_refusal_counts WHERE integration_id NOT IN (SELECT id FROM integrations)");
        Assert.That(rows, Is.Zero);
    }

    [Test]
    public async Task Refusals_are_deleted_with_their_integration()
    {
        var (stripe, other) = (await _service.CreateIntegrationAsync("stripe"), await _service.CreateIntegrationAsync("stripe"));
        await RefuseAsync(stripe, "{");
        await ReadAsync(stripe);
        await RefuseAsync(stripe, "{");
        Assert.That(await CountRowsAsync(stripe), Is.EqualTo((1, 1)), "one refusal is stored, and one waits in memory");
        await _service.SendAsync(HttpMethod.Delete, PathOf(stripe));
        await ReadAsync(other);
        using var gone = await _service.Client.GetAsync(PathOf(stripe) + "/refusals");
        Assert.That(gone.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await CountRowsAsync(stripe), Is.EqualTo((0, 0)), "neither the stored nor the waiting refusal is left");
    }

    [TestCase("text/json")]
    [TestCase("text/plain")]
    [TestCase("text/plain; charset=utf-8")]
    public async Task Signed_JSON_may_be_sent_as_text(string contentType)
    {
        var stripe = await _service.CreateIntegrationAsync("stripe");
        using var good = await SendAsync(stripe, Overdue, Vendors.Secret, Now, contentType, null);
        using var bad = await SendAsync(stripe, Overdue, "another-secret-of-the-tests", Now, contentType, null);
        using var noJson = await SendAsync(stripe, "id=evt_1", Vendors.Secret, Now, contentType, null);
        Assert.That(
            (good.StatusCode, bad.StatusCode, noJson.StatusCode),
            Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest)));
    }

    [Test]
    public async Task A_beacon_of_a_tracking_SDK_may_be_sent_as_text()
    {
        var segment = await _service.CreateIntegrationAsync("segment", new { secret = "wk-of-the-beacons-of-the-tests" });
        const string Track =
            """{"type":"track","messageId":"m-1","userId":"u1","event":"Report","writeKey":"wk-of-the-beacons-of-the-tests"}""";
        using var browser = new HttpClient { BaseAddress = _service.Client.BaseAddress };
        using var content = TestRequests.Text(Track, "text/plain;charset=UTF-8");
        using var response = await browser.PostAsync(segment.GetProperty("url").GetString() + "/v1/track", content);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), await response.Content.ReadAsStringAsync());
    }

    private DateTimeOffset Now => _clock.GetUtcNow();

    private static string PathOf(JsonElement integration) => "/v1/integrations/" + integration.GetProperty("id").GetString();

    /// <summary>The number of rows of counts and of refusals that an integration has.</summary>
    private async Task<(long Counts, long Refusals)> CountRowsAsync(JsonElement integration)
    {
        var id = new { Id = integration.GetProperty("id").GetString() };
        return (
            await _service.Database.ScalarAsync<long>("SELECT COUNT(*) FROM integration_refusal_counts WHERE integration_id = @Id", id),
            await _service.Database.ScalarAsync<long>("SELECT COUNT(*) FROM integration_refusals WHERE integration_id = @Id", id));
    }

    private Task<JsonElement> ReadAsync(JsonElement integration) => _service.GetAsync(PathOf(integration));

    private async Task RefuseAsync(
        JsonElement integration, string body, string secret = Vendors.Secret, DateTimeOffset? at = null,
            string contentType = "application/json", string? accept = null)
    {
        using var response = await SendAsync(integration, body, secret, at ?? Now, contentType, accept);
        Assert.That(response.IsSuccessStatusCode, Is.False, await response.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> SendAsync(
        JsonElement integration, string body, string secret, DateTimeOffset at, string contentType, string? accept)
    {
        var seconds = at.ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, integration.GetProperty("url").GetString())
        { Content = TestRequests.Text(body, contentType) };
        request.Headers.Add("Stripe-Signature", $"t={seconds},v1={Vendors.Hex(secret, $"{seconds}.{body}")}");
        if (accept is not null) request.Headers.Add("Accept", accept);
        return await _service.Client.SendAsync(request);
    }
}
