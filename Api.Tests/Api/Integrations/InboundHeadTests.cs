using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Integrations;

/// <summary>A request that can be refused by its headers is answered before the body arrives; the tests never send the body.</summary>
internal sealed class InboundHeadTests
{
    private const string Json = "Content-Type: application/json";

    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(["Roles=api"]);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase("/in/int_none", null, 404)]
    [TestCase("/in/int_none/v1/track", "Authorization: Basic d3Jvbmc6", 404)]
    [TestCase("/v1/batch", "Authorization: Basic d3Jvbmc6", 401)]
    [TestCase("/v1/batch", "Content-Encoding: zstd", 415)]
    public async Task A_request_to_an_unknown_integration_is_refused_by_its_headers(string target, string? header, int status) =>
        await RefusedAsync(target, status, header);

    [TestCase("stripe", null)]
    [TestCase("stripe", "Stripe-Signature: t=1,v1=00")]
    [TestCase("stripe", "Stripe-Signature: rubbish")]
    [TestCase("zendesk", null)]
    [TestCase("zendesk", "X-Zendesk-Webhook-Signature: AAAA|X-Zendesk-Webhook-Signature-Timestamp: 2020-01-01T00:00:00Z")]
    [TestCase("hubspot", "X-HubSpot-Signature-v3: AAAA|X-HubSpot-Request-Timestamp: 1")]
    [TestCase("hubspot", "X-HubSpot-Signature-v3: AAAA")]
    [TestCase("segment", "Authorization: Basic d3Jvbmc6")]
    [TestCase("segment", "X-Signature: rubbish")]
    [TestCase("delighted", null)]
    [TestCase("delighted", "Authorization: Basic d3Jvbmc6")]
    [TestCase("generic", null)]
    [TestCase("generic", "Authorization: Bearer wrong")]
    public async Task A_request_with_a_wrong_or_missing_credential_is_refused_by_its_headers(string vendor, string? headers)
    {
        var integration = await _service.CreateIntegrationAsync(vendor, new { secret = Guid.NewGuid().ToString() });
        await RefusedAsync(
            new Uri(_service.Client.BaseAddress!, integration.GetProperty("url").GetString()).AbsolutePath, 401, headers?.Split('|') ?? []);
    }

    [Test]
    public async Task A_generic_signature_with_an_old_time_is_refused_by_its_headers()
    {
        var auth = new { auth = new { type = "hmac", timestampHeader = "X-Time", signed = "{timestamp}.{body}" } };
        var integration = await _service.CreateIntegrationAsync("generic", auth);
        await RefusedAsync(
            new Uri(_service.Client.BaseAddress!, integration.GetProperty("url").GetString()).AbsolutePath, 401, "X-Signature: 00",
            "X-Time: 1");
    }

    [Test]
    public async Task An_authenticated_body_that_is_not_JSON_is_400()
    {
        var integration = await _service.CreateIntegrationAsync("generic");
        using var answer = await _service.DeliverAsync(integration, "{");
        Assert.That((int)answer.StatusCode, Is.EqualTo(400));
    }

    private async Task RefusedAsync(string target, int status, params IEnumerable<string?> headers)
    {
        using var request =
            await HeldRequest.StartAsync(_service.Client.BaseAddress!, target, 8_000_000, [Json, .. headers.OfType<string>()]);
        Assert.That(await request.AnswerAsync(), Does.StartWith($"HTTP/1.1 {status}"));
    }
}
