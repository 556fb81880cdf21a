using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Integrations;

internal sealed class IntegrationEndpointTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Newer = "a-newer-secret-of-the-tests";

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _clock = new(Now);
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task An_integration_is_created_listed_changed_and_deleted()
    {
        var made = await _service.CreateIntegrationAsync("stripe", new { name = "Billing" });
        var path = "/v1/integrations/" + made.GetProperty("id").GetString();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(made.GetProperty("id").GetString(), Does.StartWith("int_"));
            Assert.That(made.GetProperty("url").GetString(), Is.EqualTo("/in/" + made.GetProperty("id").GetString()));
            Assert.That(made.GetProperty("secret").ValueKind, Is.EqualTo(JsonValueKind.Null),
                "a secret that the caller supplied is not returned");
            Assert.That(made.GetProperty("accountMapping").GetRawText(), Is.EqualTo("""{"externalId":"stripe","pointer":null}"""));
        }

        var changed =
            await _service.SendAsync(HttpMethod.Patch, path, new { name = (string?)null, accountMapping = new { externalId = "billing" } });
        Assert.That(changed.GetProperty("accountMapping").GetProperty("externalId").GetString(), Is.EqualTo("billing"));
        var listed = await _service.GetAsync("/v1/integrations?limit=200");
        Assert.That(listed.GetProperty("data").EnumerateArray().Select(one => one.GetRawText()), Does.Contain(changed.GetRawText()));
        using var removed = await _service.Client.DeleteAsync(path);
        using var gone = await _service.Client.GetAsync(path);
        Assert.That((removed.StatusCode, gone.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.NotFound)));
    }

    [Test]
    public async Task A_write_key_is_generated_and_shown_once()
    {
        var made = await _service.PostAsync("/v1/integrations", new { vendor = "segment" });
        Assert.That(made.GetProperty("secret").GetString(), Has.Length.EqualTo(32));
        Assert.That(
            (await _service.GetAsync("/v1/integrations/" + made.GetProperty("id").GetString())).TryGetProperty("secret", out _), Is.False);
    }

    [Test]
    public async Task Secrets_are_stored_encrypted()
    {
        var made = await _service.CreateIntegrationAsync("zendesk");
        var row = await _service.Database.ReadAsync(
            connection => connection.QuerySingleAsync<string>(
                "SELECT CONCAT(settings, secrets) FROM integrations WHERE id = @Id", new { Id = made.GetProperty("id").GetString() }),
                default);
        Assert.That(row, Does.Not.Contain(Vendors.Secret));
    }

    [TestCase("""{"vendor":"fax"}""", "/vendor")]
    [TestCase("""{"vendor":"stripe","mapping":{"events":[]}}""", "/mapping")]
    [TestCase("""{"vendor":"stripe","auth":{"type":"token"}}""", "/auth")]
    [TestCase("""{"vendor":"stripe","secret":""}""", "/secret")]
    [TestCase("""{"vendor":"stripe","accountMapping":{"pointer":"data.id"}}""", "/accountMapping/pointer")]
    [TestCase("""{"vendor":"generic","mapping":{"events":[{"type":"usage.login"}]}}""", "/mapping/events/0/id")]
    [TestCase("""{"vendor":"generic","auth":{"type":"hmac","signed":"{timestamp}"}}""", "/auth/signed")]
    [TestCase("""{"vendor":"generic","auth":{"type":"hmac","header":"X Y"}}""", "/auth/header")]
    [TestCase(
        """{"vendor":"generic","auth":{"type":"hmac","timestampHeader":"X-Time"}}""", "/auth/signed",
        Description = "an unsigned timestamp can be changed by an attacker")]
    [TestCase("""{"vendor":"generic","auth":{"type":"hmac","timestampHeader":"X-Time","signed":"{body}"}}""", "/auth/signed")]
    [TestCase(
        """{"vendor":"generic","auth":{"type":"token","timestampHeader":"X-Time"}}""", "/auth/timestampHeader",
        Description = "a token signs no timestamp")]
    [TestCase("""{"vendor":"generic","secret":"twenty-three-characters"}""", "/secret")]
    [TestCase("""{"vendor":"segment","secret":"twenty-three-characters"}""", "/secret")]
    [TestCase("""{"vendor":"stripe","secret":"whsec_short"}""", "/secret")]
    [TestCase("""{"vendor":"generic","shoe":1}""", "/shoe")]
    public async Task Errors_of_an_integration_are_reported_by_pointer(string body, string pointer)
    {
        using var response = await _service.PostTextAsync("/v1/integrations", body);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(
            (await response.ReadJsonAsync()).GetProperty("errors").EnumerateArray()
            .Select(error => error.GetProperty("pointer").GetString()), Does.Contain(pointer));
    }

    [Test]
    public async Task After_a_rotation_the_previous_secret_is_valid_for_a_day()
    {
        var made = await _service.CreateIntegrationAsync("stripe");
        var path = $"/v1/integrations/{made.GetProperty("id").GetString()}/rotate-secret";
        using var without = await _service.Client.PostAsync(path, null);
        Assert.That(without.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity),
            "a Stripe secret must be supplied, because Stripe generates it");
        var rotated = await _service.PostAsync(path, new { secret = Newer });
        Assert.That(rotated.GetProperty("previousExpiresAt").GetDateTimeOffset(), Is.EqualTo(_clock.GetUtcNow().AddHours(24)));
        Assert.That(await StatusAsync(made, Newer), Is.EqualTo(202));
        Assert.That(await StatusAsync(made, Vendors.Secret), Is.EqualTo(202), "the previous secret is valid for a day");
        _clock.Advance(TimeSpan.FromHours(24));
        Assert.That(await StatusAsync(made, Vendors.Secret), Is.EqualTo(401));
        Assert.That(await StatusAsync(made, Newer), Is.EqualTo(202));
    }

    [Test]
    public async Task A_rotation_without_a_secret_generates_a_write_key()
    {
        var made = await _service.PostAsync("/v1/integrations", new { vendor = "segment" });
        var rotated = await _service.PostAsync($"/v1/integrations/{made.GetProperty("id").GetString()}/rotate-secret");
        foreach (var key in (string[])[made.GetProperty("secret").GetString()!, rotated.GetProperty("secret").GetString()!])
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Post, "/v1/track")
            { Content = JsonContent.Create(new { messageId = key, userId = "u", @event = "e" }) };
            request.Headers.Authorization = Vendors.Basic(key);
            using var response = await _service.Client.SendAsync(request);
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    /// <summary>Secrets in the formats of the vendors; RudderStack's write key is the shortest.</summary>
    [TestCase("stripe", "whsec_FyTw4lqXh2bO0mJ6Uq9vR1sKcN8dAeZg")]
    [TestCase("zendesk", "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==")]
    [TestCase("hubspot", "7e0c1f7a-7d3c-4a63-9d5e-0a9c9d6f2b11")]
    [TestCase("delighted", "Xq3Tb8LkV0nYw5RjD2sHf7GmC9zPa1Ue")]
    [TestCase("segment", "kQ7mVw2ZbN4xR8tYc1Lp6sDf3HjG0aUe")]
    [TestCase("segment", "1aIXqM806xAVm92nx07YwKbRrO9", Description = "RudderStack")]
    public async Task Secrets_in_the_formats_of_the_vendors_are_accepted(string vendor, string secret) =>
        await _service.CreateIntegrationAsync(vendor, new { secret });

    [Test]
    public async Task A_rotation_to_a_short_secret_is_refused()
    {
        var made = await _service.CreateIntegrationAsync("stripe");
        using var response = await _service.PostTextAsync(
            $"/v1/integrations/{made.GetProperty("id").GetString()}/rotate-secret", """{"secret":"whsec_short"}""");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    [Test]
    public async Task A_write_key_belongs_to_one_integration()
    {
        const string key = "a-write-key-that-two-want-to-have", another = "a-write-key-that-nobody-else-has";
        var first = await _service.CreateIntegrationAsync("segment", new { secret = key });
        using var second = await _service.PostTextAsync("/v1/integrations", $$"""{"vendor":"segment","secret":"{{key}}"}""");
        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        var other = await _service.CreateIntegrationAsync("segment", new { secret = another });
        using var rotated = await _service.PostTextAsync(
            $"/v1/integrations/{other.GetProperty("id").GetString()}/rotate-secret", $$"""{"secret":"{{key}}"}""");
        Assert.That(rotated.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        await _service.PostAsync($"/v1/integrations/{first.GetProperty("id").GetString()}/rotate-secret", new { secret = key });
        await _service.PostAsync($"/v1/integrations/{first.GetProperty("id").GetString()}/rotate-secret");
        using var overlap = await _service.PostTextAsync("/v1/integrations", $$"""{"vendor":"segment","secret":"{{key}}"}""");
        Assert.That(overlap.StatusCode, Is.EqualTo(HttpStatusCode.Conflict), "a replaced key is valid for one more day");
        await _service.SendAsync(HttpMethod.Delete, "/v1/integrations/" + first.GetProperty("id").GetString());
        await _service.CreateIntegrationAsync("segment", new { secret = key });
    }

    [Test]
    public async Task One_of_several_concurrent_requests_for_the_same_write_key_gets_it()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8)
            .Select(
                _ => _service.PostTextAsync("/v1/integrations", """{"vendor":"segment","secret":"a-write-key-that-all-of-them-want"}""")));
        Assert.That(answers.Select(answer => (int)answer.StatusCode).Order(), Is.EqualTo(new[] { 201, 409, 409, 409, 409, 409, 409, 409 }));
        foreach (var answer in answers) answer.Dispose();
    }

    [Test]
    public async Task A_dry_run_shows_the_result_and_stores_nothing()
    {
        var made = await _service.CreateIntegrationAsync("delighted");
        var path = "/v1/integrations/" + made.GetProperty("id").GetString();
        var shown = await _service.PostAsync(
            path + "/dry-run",
            new
            {
                event_type = "survey_response.created",
                event_id = "e1",
                event_data = new { id = "1", survey_type = "nps", score = 9, person = new { email = "a@b.c" } }
            });
        var item = shown.GetProperty("items")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(item.GetProperty("outcome").GetString(), Is.EqualTo("parked"));
            Assert.That(item.GetProperty("customer").GetString(), Is.EqualTo("a@b.c"));
            Assert.That(item.GetProperty("events")[0].GetProperty("type").GetString(), Is.EqualTo("nps.responded"));
            Assert.That((await _service.GetAsync(path + "/parked")).GetProperty("data").GetArrayLength(), Is.Zero);
        }
    }

    private async Task<int> StatusAsync(JsonElement integration, string secret)
    {
        using var response =
            await _service.DeliverAsync(integration, """{"id":"evt_1","type":"invoice.created"}""", _clock.GetUtcNow(), secret);
        return (int)response.StatusCode;
    }
}
