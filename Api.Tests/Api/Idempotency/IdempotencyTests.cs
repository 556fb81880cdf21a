using System.Net;
using System.Text;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Idempotency;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Idempotency;

/// <summary>A POST that is repeated under the same Idempotency-Key is not executed again.</summary>
internal sealed class IdempotencyTests(StoreKind kind) : StoreFixture(kind)
{
    private const string NewKey = """{"name":"one","scopes":["read"]}""", Other = """{"name":"two","scopes":["read"]}""";

    private ManualTimeProvider _clock = null!;
    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, ["Roles=api"], _clock = new ManualTimeProvider());

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase("\"abc\"", "abc")]
    [TestCase("8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324")]
    public async Task A_repeated_request_gets_the_first_answer(string first, string second)
    {
        var (made, again) = (await PostAsync("/v1/keys", NewKey, first), await PostAsync("/v1/keys", NewKey, second));
        Assert.That((made.Status, again.Status), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Created)));
        Assert.That(again.Body, Is.EqualTo(made.Body), "including the secret that is shown once");
        Assert.That((made.Replayed, again.Replayed), Is.EqualTo((false, true)));
        Assert.That(await CountAsync("api_keys"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_repeated_request_gets_the_headers_of_the_first_answer()
    {
        const string Webhook = """{"url":"http://127.0.0.1:8080/hook","eventTypes":["health.threshold_crossed"]}""";
        var (made, again) = (await PostAsync("/v1/webhooks", Webhook, "w"), await PostAsync("/v1/webhooks", Webhook, "w"));
        Assert.That(again.Location, Is.EqualTo(made.Location).And.StartsWith("/v1/webhooks/wh_"));
        Assert.That(again.ContentType, Is.EqualTo(made.ContentType).And.Not.Null);
        Assert.That(await CountAsync("webhook_subscriptions"), Is.EqualTo(1));
    }

    [Test]
    public async Task Another_request_with_the_same_key_is_refused()
    {
        await PostAsync("/v1/keys", NewKey, "abc");
        var other = await PostAsync("/v1/keys", Other, "abc");
        Assert.That((other.Status, other.Problem), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "/problems/idempotency-mismatch")));
        Assert.That(
            (await PostAsync("/v1/accounts:batch", NewKey, "abc")).Problem, Is.EqualTo("/problems/idempotency-mismatch"),
            "the same body for another path is another request");
        Assert.That((await PostAsync("/v1/keys", Other, "def")).Status, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task A_key_can_be_used_again_after_24_hours()
    {
        await PostAsync("/v1/keys", NewKey, "abc");
        _clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.That((await PostAsync("/v1/keys", NewKey, "abc")).Replayed, Is.True);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.That((await PostAsync("/v1/keys", NewKey, "abc")).Replayed, Is.False);
    }

    [Test]
    public async Task A_claim_of_an_expired_key_removes_no_other_expired_keys()
    {
        await FillAsync(50, _clock.GetUtcNow().AddHours(-25));
        Assert.That(
            (await PostAsync("/v1/keys", NewKey, "old 7")).Replayed, Is.False,
                "an expired key counts as new even before the sweep removes it");
        Assert.That(await CountAsync("idempotency_keys"), Is.EqualTo(50));
    }

    [Test]
    public async Task The_sweep_removes_expired_keys_in_small_transactions()
    {
        await FillAsync(1_300, _clock.GetUtcNow().AddHours(-25));
        await FillAsync(3, _clock.GetUtcNow().AddHours(-23), "young");
        var writes = new CountedWrites(_service.Database);
        await new IdempotencySweeper(writes, new LoopHealth(), _clock, NullLogger<IdempotencySweeper>.Instance)
            .SweepAsync(CancellationToken.None);
        Assert.That(writes.Rows.Sum(), Is.EqualTo(1_300));
        Assert.That(writes.Rows, Has.All.LessThanOrEqualTo(500));
        Assert.That(await CountAsync("idempotency_keys"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_worker_removes_expired_keys()
    {
        await using var service = await TestService.StartAsync(Kind, clock: _clock);
        await FillAsync(20, _clock.GetUtcNow().AddHours(-25), "old", service);
        await Eventually.GetAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(10));
                return CountAsync("idempotency_keys", service);
            },
            count => count == 0,
            "the expired keys are removed");
    }

    [Test]
    public async Task A_refused_request_may_be_corrected_under_the_same_key()
    {
        Assert.That(
            (await PostAsync("/v1/keys", """{"name":"one","scopes":[]}""", "abc")).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await PostAsync("/v1/keys", NewKey, "abc")).Status, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task Two_API_keys_may_use_the_same_idempotency_key()
    {
        var secret = (await _service.PostAsync("/v1/keys", new { name = "second", scopes = new[] { "admin" } })).GetProperty("secret")
            .GetString()!;
        await PostAsync("/v1/keys", NewKey, "abc");
        Assert.That((await PostAsync("/v1/keys", Other, "abc", secret)).Status, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task A_repeat_is_409_while_the_first_request_runs_and_is_executed_once_its_claim_expires()
    {
        await PostAsync("/v1/keys", NewKey, "abc");
        await _service.Database.ExecuteAsync("UPDATE idempotency_keys SET status = NULL, headers = NULL, body = NULL");
        var second = await PostAsync("/v1/keys", NewKey, "abc");
        Assert.That((second.Status, second.Problem), Is.EqualTo((HttpStatusCode.Conflict, "/problems/conflict")));
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.That((await PostAsync("/v1/keys", NewKey, "abc")).Status, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task Of_concurrent_requests_with_the_same_key_one_is_executed()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync("/v1/keys", NewKey, "abc")));
        Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(HttpStatusCode.Created, HttpStatusCode.Conflict));
        Assert.That(
            answers.Where(answer => answer.Status == HttpStatusCode.Created).Select(answer => answer.Body).Distinct().Count(),
            Is.EqualTo(1));
        Assert.That(await CountAsync("api_keys"), Is.EqualTo(1));
    }

    [Test]
    public async Task Events_are_idempotent_under_a_key()
    {
        const string Event = """{"id":"a","type":"usage.login","accountId":"a"}""";
        Assert.That((await PostAsync("/v1/events", Event, "abc")).Status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(
            (await PostAsync("/v1/events", Event, "abc"))
            is { Status: HttpStatusCode.Accepted, Replayed: true, Body: """{"accepted":1,"rejected":[]}""" });
        Assert.That(
            (await PostAsync("/v1/events", Event.Replace("\"a\"}", "\"b\"}"), "abc")).Problem,
            Is.EqualTo("/problems/idempotency-mismatch"));
        Assert.That(await _service.Services.GetWaitingAsync(), Has.Length.EqualTo(1));
    }

    [TestCase("")]
    [TestCase("\"\"")]
    [TestCase("a\tb")]
    [TestCase("LONG")]
    public async Task An_invalid_idempotency_key_is_400(string key)
    {
        var answer = await PostAsync("/v1/keys", NewKey, key == "LONG" ? new string('a', 256) : key);
        Assert.That((answer.Status, answer.Problem), Is.EqualTo((HttpStatusCode.BadRequest, "/problems/invalid-request")));
        Assert.That(await CountAsync("api_keys"), Is.Zero);
    }

    [Test]
    public async Task Stored_answers_are_encrypted()
    {
        var made = await PostAsync("/v1/keys", NewKey, "abc");
        var body = await _service.Database.ScalarAsync<byte[]>("SELECT body FROM idempotency_keys");
        var secret = System.Text.Json.JsonElement.Parse(made.Body).GetProperty("secret").GetString()!;
        Assert.That(
            Encoding.UTF8.GetString(body!),
            Does.Not.Contain(secret).And.Not.Contain(Convert.ToBase64String(Encoding.UTF8.GetBytes(made.Body))[..40]));
    }

    private Task<int> FillAsync(int count, DateTimeOffset at, string name = "old", TestService? service = null) =>
        (service ?? _service).Database.ExecuteAsync(
            "INSERT INTO idempotency_keys (key_id, idempotency_key, request_hash, status, headers, body, created_at) VALUES ('key_config', "
                + "@Key, @Hash, 200, '{}', @Hash, @At)",
            Enumerable.Range(0, count).Select(number => new { Key = $"{name} {number}", Hash = new byte[32], At = Instant.Truncate(at) }));

    private Task<long> CountAsync(string table, TestService? service = null) => (service ?? _service).Database.ScalarAsync<long>(
        $"SELECT COUNT(*) FROM {table}");

    private async Task<Answer> PostAsync(string path, string body, string key, string? secret = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = TestRequests.Text(body) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (secret is not null) request.Headers.Authorization = new("Bearer", secret);
        using var response = await _service.Client.SendAsync(request);
        return new Answer(
            response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Contains("Idempotency-Replayed"),
            response.Headers.Location?.ToString(), response.Content.Headers.ContentType?.ToString());
    }

    private sealed record Answer(HttpStatusCode Status, string Body, bool Replayed, string? Location, string? ContentType)
    {
        public string? Problem => (int)Status >= 400 ? System.Text.Json.JsonElement.Parse(Body).GetProperty("type").GetString() : null;
    }
}
