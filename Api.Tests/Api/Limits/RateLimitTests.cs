using System.Net;
using System.Net.Http.Headers;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Limits;

/// <summary>The rate limit: each key has a token bucket of its own. Number 95 of the catalogue in <c>EndToEnd/BadInput</c>.</summary>
internal sealed class RateLimitTests
{
    private static readonly string[] Slow =
        ["Roles=api", "Limits:RequestsPerSecond=0.01", "Limits:Burst=3", "Limits:Keys:fast=0", "Limits:Keys:own=1000"];

    [Test]
    public async Task A_key_beyond_its_rate_is_429_with_Retry_After()
    {
        await using var service = await TestService.StartAsync(Slow);
        foreach (var left in (int[])[2, 1, 0])
        {
            using var answer = await service.Client.GetAsync("/v1/thresholds");
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(Header(answer, "RateLimit-Policy"), Is.EqualTo("\"requests\";q=3;w=300"));
            Assert.That(Header(answer, "RateLimit"), Is.EqualTo($"\"requests\";r={left};t={100 * (3 - left)}"));
        }

        using var refused = await service.PostTextAsync("/v1/events", """{"id":"a","type":"usage.login","accountId":"a"}""");
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That((await refused.ReadJsonAsync()).GetProperty("type").GetString(), Is.EqualTo("/problems/quota-exceeded"));
        Assert.That(refused.Headers.RetryAfter!.Delta, Is.InRange(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(100)));
        Assert.That(await service.Services.GetWaitingAsync(), Is.Empty, "the refused event is not stored");
    }

    [Test]
    public async Task Keys_have_separate_limits_and_may_have_a_rate_of_their_own()
    {
        await using var service = await TestService.StartAsync(Slow);
        var (fast, own) = (await KeyAsync(service, "fast"), await KeyAsync(service, "own"));
        for (var call = 0; call < 10; call++)
        {
            using var free = await CallAsync(service, fast);
            using var wide = await CallAsync(service, own);
            Assert.That((free.StatusCode, wide.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
            Assert.That(free.Headers.Contains("RateLimit"), Is.False, "a rate of zero means no limit");
            Assert.That(Header(wide, "RateLimit-Policy"), Is.EqualTo("\"requests\";q=1000;w=1"));
        }
    }

    [Test]
    public async Task A_rate_of_zero_switches_the_limit_off()
    {
        await using var service = await TestService.StartAsync(["Roles=api", "Limits:RequestsPerSecond=0"]);
        using var answer = await service.Client.GetAsync("/v1/thresholds");
        Assert.That(answer.Headers.Contains("RateLimit-Policy"), Is.False);
    }

    private static string Header(HttpResponseMessage answer, string name) => string.Join(", ", answer.Headers.GetValues(name));

    private static async Task<string> KeyAsync(TestService service, string name) =>
        (await service.PostAsync("/v1/keys", new { name, scopes = new[] { "admin" } })).GetProperty("secret").GetString()!;

    private static Task<HttpResponseMessage> CallAsync(TestService service, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/thresholds");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return service.Client.SendAsync(request);
    }
}
