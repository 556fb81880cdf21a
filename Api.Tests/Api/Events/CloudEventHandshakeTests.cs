using System.Net;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Events;

/// <summary>The handshake in which a sender of CloudEvents asks for permission to deliver (CloudEvents HTTP webhooks 1.0.2 §4).</summary>
internal sealed class CloudEventHandshakeTests
{
    private const string Origin = "eventemitter.example.com";

    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(["Roles=api", "Limits:RequestsPerSecond=10"]);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase("/v1/events", null, "600", Description = "without a requested rate, the rate limit of a key per minute")]
    [TestCase("/v1/events?atomic=true", "120", "120")]
    [TestCase("/v1/events/usage", "100000", "600", Description = "at most the rate limit of a key")]
    public async Task A_handshake_from_any_origin_is_granted_without_a_key(string path, string? rate, string allowed)
    {
        using var response = await AskAsync(path, Origin, rate);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(response.Headers.GetValues("WebHook-Allowed-Origin"), Is.EqualTo(new[] { Origin }));
            Assert.That(response.Headers.GetValues("WebHook-Allowed-Rate"), Is.EqualTo(new[] { allowed }));
            Assert.That(response.Content.Headers.Allow, Is.EqualTo(new[] { "POST" }));
        }
    }

    [TestCase(null, "120", 405)]
    [TestCase("", null, 400)]
    [TestCase("two names", null, 400)]
    [TestCase(Origin, "0", 400)]
    [TestCase(Origin, "many", 400)]
    [TestCase(Origin, "-1", 400)]
    public async Task An_invalid_handshake_is_not_granted(string? origin, string? rate, int status)
    {
        using var response = await AskAsync("/v1/events", origin, rate);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)response.StatusCode, Is.EqualTo(status));
            Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
            Assert.That(response.Headers.Contains("WebHook-Allowed-Origin"), Is.False);
        }
    }

    [Test]
    public async Task The_granted_rate_is_unlimited_if_the_service_has_no_rate_limit()
    {
        await using var unlimited = await TestService.StartAsync(["Roles=api", "Limits:RequestsPerSecond=0"]);
        using var request = Ask("/v1/events", Origin, "120");
        using var response = await unlimited.Client.SendAsync(request);
        Assert.That(response.Headers.GetValues("WebHook-Allowed-Rate"), Is.EqualTo(new[] { "*" }));
    }

    private static HttpRequestMessage Ask(string path, string? origin, string? rate)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, path);
        if (origin is not null) request.Headers.TryAddWithoutValidation("WebHook-Request-Origin", origin);
        if (rate is not null) request.Headers.TryAddWithoutValidation("WebHook-Request-Rate", rate);
        return request;
    }

    private async Task<HttpResponseMessage> AskAsync(string path, string? origin, string? rate)
    {
        using var anybody = new HttpClient { BaseAddress = _service.Client.BaseAddress };
        using var request = Ask(path, origin, rate);
        return await anybody.SendAsync(request);
    }
}
