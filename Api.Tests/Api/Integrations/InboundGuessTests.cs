using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Integrations;
using HealthApi.Infrastructure.Secrets;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Integrations;

/// <summary>
/// Guessing signatures, write keys and ids is limited per address and costs few reads of the store. Valid senders at the same address are
/// not blocked.
/// </summary>
internal sealed class InboundGuessTests
{
    private const int Allowed = 20;

    private const string Track = """{"type":"track","userId":"u1","event":"Opened","messageId":"m1"}""";

    private readonly ManualTimeProvider _clock = new();
    private CountedReads _reads = null!;
    private TestService _service = null!;
    private JsonElement _stripe, _segment;

    [SetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(["Roles=api"], _clock, adjust: builder => builder.Services
            .AddSingleton(provider => new IntegrationStore(
                _reads = new CountedReads(provider.GetRequiredService<IDatabase>()),
                provider.GetRequiredService<PayloadStore>(), provider.GetRequiredService<SecretVault>(),
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(provider => new IntegrationNames(_reads, provider.GetRequiredService<TimeProvider>())));
        (_stripe, _segment) = (await _service.CreateIntegrationAsync("stripe"), await _service.CreateIntegrationAsync("segment"));
    }

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task After_twenty_wrong_signatures_in_a_minute_wrong_ones_are_429_and_valid_ones_accepted()
    {
        for (var guess = 0; guess < Allowed; guess++) Assert.That(await SignedAsync("wrong"), Is.EqualTo(401));
        Assert.That(await SignedAsync("wrong"), Is.EqualTo(429));
        Assert.That((await SignedAsync(Vendors.Secret), await TrackAsync(Vendors.Secret)), Is.EqualTo((202, 200)));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await SignedAsync("wrong"), Is.EqualTo(401), "the limit is counted per minute");
    }

    [Test]
    public async Task Beyond_the_limit_wrong_write_keys_are_429_and_cost_one_read_of_the_store()
    {
        for (var guess = 0; guess < Allowed; guess++) Assert.That(await TrackAsync(Guess()), Is.EqualTo(401));
        var before = _reads.Count;
        for (var guess = 0; guess < 50; guess++) Assert.That(await TrackAsync(Guess()), Is.EqualTo(429));
        Assert.That(_reads.Count - before, Is.EqualTo(1), "only the list of all integrations is read");
        Assert.That(await TrackAsync(Vendors.Secret), Is.EqualTo(200));
    }

    [Test]
    public async Task Beyond_the_limit_guessed_ids_are_429_and_cost_one_read_of_the_store()
    {
        for (var guess = 0; guess < Allowed; guess++) Assert.That(await PostAsync("/in/" + Guess(), null), Is.EqualTo(404));
        var before = _reads.Count;
        for (var guess = 0; guess < 50; guess++) Assert.That(await PostAsync("/in/" + Guess(), null), Is.EqualTo(429));
        Assert.That(_reads.Count - before, Is.EqualTo(1), "only the list of all integrations is read");
        Assert.That(await SignedAsync(Vendors.Secret), Is.EqualTo(202));
    }

    [Test]
    public async Task A_stale_or_missing_signature_does_not_count_as_a_guess()
    {
        for (var call = 0; call < 2 * Allowed; call++)
        {
            Assert.That(await SignedAsync(Vendors.Secret, TimeSpan.FromHours(1)), Is.EqualTo(401));
            Assert.That(await PostAsync(_stripe.GetProperty("url").GetString()!, null), Is.EqualTo(401));
        }
    }

    private static string Guess() => Guid.NewGuid().ToString("N");

    private Task<int> TrackAsync(string key) => PostAsync("/v1/track", key);

    private async Task<int> SignedAsync(string secret, TimeSpan late = default)
    {
        using var response = await _service.DeliverAsync(_stripe, "{}", _clock.GetUtcNow() - late, secret);
        return (int)response.StatusCode;
    }

    private async Task<int> PostAsync(string target, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = TestRequests.Text(Track) };
        request.Headers.Authorization = key is null ? null : Vendors.Basic(key);
        using var response = await _service.Client.SendAsync(request);
        return (int)response.StatusCode;
    }
}
