using System.Net;
using System.Net.Http.Headers;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Security;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Security;

/// <summary>Guessing keys is limited per address and costs few reads of the store. Valid keys at the same address still work.</summary>
internal sealed class WrongKeyTests
{
    private const int Allowed = 20;

    private readonly ManualTimeProvider _clock = new();
    private CountedReads _reads = null!;
    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(["Roles=api"], _clock, adjust: builder =>
        builder.Services.AddSingleton(provider => new ApiKeyStore(
            _reads = new CountedReads(provider.GetRequiredService<IDatabase>()), provider.GetRequiredService<TimeProvider>())));

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task After_twenty_wrong_keys_in_a_minute_wrong_keys_are_429()
    {
        for (var guess = 0; guess < Allowed; guess++) Assert.That(await StatusAsync(Guess()), Is.EqualTo(401));
        using var refused = await CallAsync(Guess());
        Assert.That((int)refused.StatusCode, Is.EqualTo(429));
        Assert.That((await refused.ReadJsonAsync()).GetProperty("type").GetString(), Is.EqualTo("/problems/quota-exceeded"));
        Assert.That(refused.Headers.RetryAfter!.Delta, Is.InRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await StatusAsync(Guess()), Is.EqualTo(401), "the limit is counted per minute");
    }

    [Test]
    public async Task Valid_keys_still_work_after_too_many_wrong_ones_even_new_keys()
    {
        var known = await CreateKeyAsync("known");
        Assert.That(await StatusAsync(known), Is.EqualTo(200));
        for (var guess = 0; guess < 2 * Allowed; guess++) await StatusAsync(Guess());
        var created = await CreateKeyAsync("created");
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.That(await StatusAsync(Guess()), Is.EqualTo(429), "the limit is still exceeded");
        Assert.That((await StatusAsync(known), await StatusAsync(created)), Is.EqualTo((200, 200)));
        Assert.That(await StatusAsync(TestService.AdminKey), Is.EqualTo(200));
    }

    [Test]
    public async Task A_key_revoked_while_the_limit_is_exceeded_stops_working()
    {
        var (id, secret) = await CreateAsync("revoked");
        for (var guess = 0; guess < 2 * Allowed; guess++) await StatusAsync(Guess());
        Assert.That(await StatusAsync(secret), Is.EqualTo(200));
        await _service.SendAsync(HttpMethod.Delete, "/v1/keys/" + id);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.That(await StatusAsync(secret), Is.EqualTo(429));
    }

    [Test]
    public async Task Many_wrong_keys_cause_a_bounded_number_of_reads()
    {
        var before = _reads.Count;
        for (var guess = 0; guess < 300; guess++) await StatusAsync(Guess());
        Assert.That(_reads.Count - before, Is.InRange(1, Allowed + 1));
    }

    [TestCase("the same wrong key again")]
    [TestCase("hk_too-short-to-be-one")]
    public async Task A_repeated_or_malformed_wrong_key_is_not_looked_up_again(string key)
    {
        await StatusAsync(key);
        var before = _reads.Count;
        for (var time = 0; time < 10; time++) Assert.That(await StatusAsync(key), Is.EqualTo(401));
        Assert.That(_reads.Count, Is.EqualTo(before));
    }

    [Test]
    public async Task Zero_switches_the_limit_off()
    {
        await using var service = await TestService.StartAsync(["Roles=api", "Limits:WrongKeys=0"]);
        for (var guess = 0; guess <= Allowed; guess++)
        {
            using var request = Request(Guess());
            using var response = await service.Client.SendAsync(request);
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        }
    }

    private static string Guess() => ApiKeySecret.Create();

    private static HttpRequestMessage Request(string key) =>
        new(HttpMethod.Get, "/v1/thresholds") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };

    private async Task<HttpResponseMessage> CallAsync(string key)
    {
        using var request = Request(key);
        return await _service.Client.SendAsync(request);
    }

    private async Task<int> StatusAsync(string key)
    {
        using var response = await CallAsync(key);
        return (int)response.StatusCode;
    }

    private async Task<string> CreateKeyAsync(string name) => (await CreateAsync(name)).Secret;

    private async Task<(string Id, string Secret)> CreateAsync(string name)
    {
        var created = await _service.PostAsync("/v1/keys", new { name, scopes = new[] { "admin" } });
        return (created.GetProperty("id").GetString()!, created.GetProperty("secret").GetString()!);
    }
}
