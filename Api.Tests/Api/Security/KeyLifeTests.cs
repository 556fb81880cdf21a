using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Security;

/// <summary>Keys expire at their expiry and show when they were last used.</summary>
internal sealed class KeyLifeTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task A_key_works_until_it_expires_and_its_status_shows_the_expiry()
    {
        var end = _clock.GetUtcNow().AddDays(30);
        var key = await CreateAsync("contractor", end);
        Assert.That((key.GetProperty("expiresAt").GetDateTimeOffset(), key.GetProperty("status").GetString()), Is.EqualTo((end, "active")));
        Assert.That((await CallAsync(key)).Status, Is.EqualTo(HttpStatusCode.OK));

        _clock.MoveTo(end.AddDays(-14));
        Assert.That((await ShownAsync(key)).GetProperty("status").GetString(), Is.EqualTo("expiring"));
        _clock.MoveTo(end.AddSeconds(-1));
        Assert.That((await CallAsync(key)).Status, Is.EqualTo(HttpStatusCode.OK), "the key works until its last second");
        _clock.MoveTo(end);
        var refused = await CallAsync(key);
        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(refused.Body.GetProperty("detail").GetString(), Is.EqualTo($"The API key expired at {end:yyyy-MM-ddTHH:mm:ssZ}."));
        Assert.That((await ShownAsync(key)).GetProperty("status").GetString(), Is.EqualTo("expired"));
    }

    [Test]
    public async Task An_expiry_in_the_past_is_refused()
    {
        using var response = await _service.Client.PostAsync(
            "/v1/keys", TestRequests.Text($$"""{"name":"late","scopes":["read"],"expiresAt":"{{_clock.GetUtcNow():O}}"}"""));
        Assert.That((int)response.StatusCode, Is.EqualTo(422));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("\"/expiresAt\"").And.Contain("out_of_range"));
    }

    [Test]
    public async Task The_last_use_is_stored_in_the_background_and_not_by_every_request()
    {
        var key = await CreateAsync("sender", null);
        Assert.That((await ShownAsync(key)).GetProperty("lastUsedAt").ValueKind, Is.EqualTo(JsonValueKind.Null));
        await CallAsync(key);
        var first = _clock.GetUtcNow();
        Assert.That((await ShownAsync(key)).GetProperty("lastUsedAt").ValueKind, Is.EqualTo(JsonValueKind.Null),
            "a request does not wait until its use is stored");
        await AdvanceUntilShownAsync(key, first);
        await AdvanceUntilShownAsync(key, first);
        await CallAsync(key);
        await AdvanceUntilShownAsync(key, _clock.GetUtcNow());
    }

    [Test]
    public async Task The_last_use_is_stored_when_the_process_ends()
    {
        var store = NewStore();
        using (store)
        {
            JsonElement key;
            await using (var first = await TestService.StartAsync(Kind, ["Roles=api"], _clock, store: store))
            {
                key = await first.PostAsync("/v1/keys", new { name = "brief", scopes = new[] { "read" } });
                await CallAsync(key, first);
            }

            await using var second = await TestService.StartAsync(Kind, ["Roles=api"], _clock, store: store);
            var shown = (await second.GetAsync("/v1/keys")).GetProperty("data").EnumerateArray().Single();
            Assert.That(shown.GetProperty("lastUsedAt").GetDateTimeOffset(), Is.EqualTo(_clock.GetUtcNow()));
        }
    }

    /// <summary>Moves the clock in steps of a minute until the last use is shown.</summary>
    private Task<JsonElement> AdvanceUntilShownAsync(JsonElement key, DateTimeOffset used) => Eventually.GetAsync(
        async () =>
        {
            _clock.MoveTo(_clock.GetUtcNow().AddMinutes(1));
            return (await ShownAsync(key)).GetProperty("lastUsedAt");
        },
        shown => shown.ValueKind == JsonValueKind.String && shown.GetDateTimeOffset() == used,
        "the last use is shown");

    private Task<JsonElement> CreateAsync(string name, DateTimeOffset? expiresAt) =>
        _service.PostAsync("/v1/keys", new { name, scopes = new[] { "read" }, expiresAt });

    private async Task<JsonElement> ShownAsync(JsonElement key) =>
        (await _service.GetAsync("/v1/keys")).GetProperty("data").EnumerateArray()
        .Single(shown => shown.GetProperty("id").GetString() == key.GetProperty("id").GetString());

    private Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(JsonElement key) => CallAsync(key, _service);

    private static async Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(JsonElement key, TestService service)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/accounts");
        request.Headers.Authorization = Callers.BearerOf(key);
        using var response = await service.Client.SendAsync(request);
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()));
    }
}
