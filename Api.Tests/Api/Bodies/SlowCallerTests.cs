using System.Net;
using HealthApi.Api.Bodies;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Bodies;

/// <summary>
/// An announced length takes no memory until bytes arrive, and callers without a key cannot take the memory of callers with one.
/// </summary>
internal sealed class SlowCallerTests
{
    private const int Announced = 8_000_000;

    private const string Event = """{"id":"ID","type":"usage.login","accountId":"a"}""", Json = "Content-Type: application/json",
        Key = "Authorization: Bearer " + TestService.AdminKey;

    [TestCase("/v1/batch", null)]
    [TestCase("/v1/events", Key)]
    [TestCase("/v1/score", Key)]
    public async Task Announced_bodies_take_no_memory_from_other_requests(string target, string? key)
    {
        await using var service = await TestService.StartAsync(["Roles=api"]);
        var budget = service.Services.GetRequiredService<BodyBudget>();
        using var held = new Held();
        for (var caller = 0; caller < 8; caller++)
            await (await held.StartAsync(service, target, Announced, key is null ? [Json] : [Json, key])).SendAsync("["u8.ToArray());
        Assert.That(await LargeAsync(service, "e1"), Is.EqualTo(HttpStatusCode.Accepted), "a large batch still fits");
        await Eventually.GetAsync(
            () => Task.FromResult(budget.Taken), taken => taken is > 0 and <= 8 * 4096, "each request holds one buffer for its byte");
    }

    [Test]
    public async Task Callers_without_a_key_share_a_memory_pool_of_their_own()
    {
        await using var service = await TestService.StartAsync(["Roles=api", "Limits:UnauthenticatedBodyBytes=500000"]);
        var budget = service.Services.GetRequiredService<BodyBudget>();
        using var held = new Held();
        for (var caller = 0; caller < 12; caller++)
            await (await held.StartAsync(service, "/v1/batch", Announced, Json)).SendAsync(new byte[60_000]);
        await Eventually.GetAsync(() => Task.FromResult(budget.Unknown.Taken), taken => taken > 300_000,
            "the bytes that were sent are in memory");
        Assert.That(await LargeAsync(service, "e2"), Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(budget.Unknown.Taken, Is.LessThanOrEqualTo(500_000));
    }

    [Test]
    public async Task A_body_that_does_not_end_in_time_is_answered_408()
    {
        await using var service = await TestService.StartAsync(["Roles=api", "Limits:RequestTimeout=00:00:00.3"]);
        using var request = await HeldRequest.StartAsync(service.Client.BaseAddress!, "/v1/events", 100, Json, Key);
        await request.SendAsync("["u8.ToArray());
        Assert.That(await request.AnswerAsync(), Does.StartWith("HTTP/1.1 408"));
    }

    [Test]
    public async Task A_slow_request_is_cut_off_when_memory_is_short()
    {
        var clock = new ManualTimeProvider();
        await using var service = await TestService.StartAsync(["Roles=api", "Limits:BodyBytes=1000000"], clock);
        var budget = service.Services.GetRequiredService<BodyBudget>();
        using var held = new Held();
        var slow = await held.StartAsync(service, "/v1/events", 1_000_000, Json, Key);
        await slow.SendAsync(new byte[500_000]);
        await Eventually.GetAsync(() => Task.FromResult(budget.Known.Taken), taken => taken == 524_288, "half the body has arrived");
        Assert.That(await LargeAsync(service, "e3", 300_000), Is.EqualTo(HttpStatusCode.ServiceUnavailable),
            "the slow request is not old enough to be cut off");

        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That(await LargeAsync(service, "e4", 300_000), Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(await slow.AnswerAsync(), Does.StartWith("HTTP/1.1 408"));
        await Eventually.GetAsync(() => Task.FromResult(budget.Taken), taken => taken == 0, "all memory is given back");
    }

    private static async Task<HttpStatusCode> LargeAsync(TestService service, string id, int bytes = 4_000_000)
    {
        using var response =
            await service.PostTextAsync("/v1/events", Event.Replace("ID", id, StringComparison.Ordinal) + new string(' ', bytes));
        return response.StatusCode;
    }

    private sealed class Held : IDisposable
    {
        private readonly List<HeldRequest> _requests = [];

        public async Task<HeldRequest> StartAsync(TestService service, string target, int announced, params IEnumerable<string> headers)
        {
            _requests.Add(await HeldRequest.StartAsync(service.Client.BaseAddress!, target, announced, headers));
            return _requests[^1];
        }

        public void Dispose() => _requests.ForEach(request => request.Dispose());
    }
}
