using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Alerts;

/// <summary>What people do with alerts over HTTP: each action, its repetition, and where the state forbids it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AlertActionTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;
    private string _id = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind, clock: _clock);
        await _service.PutAsync("/v1/accounts/acme", new { owner = "dana", arr = 120_000 });
        _id = (await _service.AlertAsync("acme")).GetProperty("id").GetString()!;
        _clock.Advance(TimeSpan.FromHours(1));
    }

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task An_alert_that_somebody_acknowledges_stays_open_until_it_is_resolved()
    {
        var acknowledged = await ActAsync("acknowledge");
        var repeated = await ActAsync("acknowledge");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(acknowledged, "status"), Is.EqualTo("acknowledged"));
            Assert.That(acknowledged.GetProperty("acknowledgedAt").GetDateTimeOffset(), Is.EqualTo(_clock.GetUtcNow()));
            Assert.That(Text(acknowledged, "acknowledgedBy"), Is.EqualTo("admin"));
            Assert.That(History(repeated), Is.EqualTo(new[] { "opened", "acknowledged by admin" }), "a repeat adds nothing");
            Assert.That(Text(await _service.AlertOfAsync("acme"), "status"), Is.EqualTo("acknowledged"), "it is listed by default");
        }
    }

    [Test]
    public async Task A_resolved_alert_keeps_its_note_and_leaves_the_default_list()
    {
        var resolved = await ActAsync("resolve", new { note = "They renew with fewer seats.\nCall in May." });
        var repeated = await ActAsync("resolve", new { note = "Another note." });
        using (Assert.EnterMultipleScope())
        {
            Assert.That((Text(resolved, "status"), Text(resolved, "resolution")), Is.EqualTo(("resolved", "manual")));
            Assert.That(
                repeated.GetProperty("history").EnumerateArray().Last().GetProperty("note").GetString(),
                Is.EqualTo("They renew with fewer seats.\nCall in May."), "an alert that is resolved stays as it is");
            Assert.That(await _service.ListAsync("/v1/alerts"), Is.Empty);
            Assert.That((await _service.ListAsync("/v1/alerts?status=resolved")).Select(alert => Text(alert, "id")), Is.EqualTo(new[] { _id }));
        }
    }

    [Test]
    public async Task A_resolve_without_a_body_needs_no_note()
    {
        var resolved = await ActAsync("resolve");
        Assert.That(resolved.GetProperty("history").EnumerateArray().Last().GetProperty("note").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [TestCase("acknowledge", null)]
    [TestCase("snooze", "until")]
    [TestCase("assign", "owner")]
    public async Task An_action_on_a_resolved_alert_is_a_conflict(string action, string? member)
    {
        await ActAsync("resolve");
        object? body = member switch
        {
            "until" => new { until = _clock.GetUtcNow().AddDays(1) },
            "owner" => new { owner = "kim" },
            _ => null,
        };
        using var refused = await _service.Client.PostAsync($"/v1/alerts/{_id}/{action}", body is null ? null : JsonContent.Create(body));
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task A_resolved_alert_is_opened_again_and_again_without_effect()
    {
        await ActAsync("resolve", new { note = "Done." });
        var reopened = await ActAsync("reopen");
        var repeated = await ActAsync("reopen");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(reopened, "status"), Is.EqualTo("open"));
            Assert.That(reopened.GetProperty("resolution").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(
                History(repeated), Is.EqualTo(new[] { "opened", "resolved by admin", "reopened by admin" }), "a repeat adds nothing");
            Assert.That(Text(await _service.AlertOfAsync("acme"), "id"), Is.EqualTo(_id), "there is one open alert");
        }
    }

    [Test]
    public async Task An_assigned_alert_belongs_to_that_person_until_it_is_given_back()
    {
        var assigned = await ActAsync("assign", new { owner = "kim" });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(assigned, "owner"), Is.EqualTo("kim"));
            Assert.That(Text(assigned.GetProperty("account"), "owner"), Is.EqualTo("dana"), "the account keeps its owner");
            Assert.That(await _service.ListAsync("/v1/alerts?owner=dana"), Is.Empty);
            Assert.That(await _service.ListAsync("/v1/alerts?owner=kim"), Has.Count.EqualTo(1));
        }

        Assert.That(Text(await ActAsync("assign", new { owner = (string?)null }), "owner"), Is.EqualTo("dana"));
    }

    [Test]
    public async Task A_snoozed_alert_comes_back_at_its_time()
    {
        var until = _clock.GetUtcNow().AddDays(2);
        var snoozed = await ActAsync("snooze", new { until });
        Assert.That(snoozed.GetProperty("snoozedUntil").GetDateTimeOffset(), Is.EqualTo(until));
        await _service.AdvanceAsync(_clock, TimeSpan.FromDays(2));
        var after = await _service.GetAsync("/v1/alerts/" + _id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.GetProperty("snoozedUntil").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(History(after), Does.Contain("snooze_ended"));
        }
    }

    [TestCase("snooze", "{}", "required at /until")]
    [TestCase("snooze", "{\"until\":\"2020-01-01T00:00:00Z\"}", "out_of_range at /until")]
    [TestCase("snooze", "{\"until\":\"9999-12-31T23:59:59Z\"}", "out_of_range at /until")]
    [TestCase("snooze", "{\"until\":\"tomorrow\"}", "invalid_format at /until")]
    [TestCase("assign", "{}", "required at /owner")]
    [TestCase("assign", "{\"owner\":\" \"}", "invalid_character at /owner")]
    [TestCase("resolve", "{\"notes\":\"x\"}", "unknown_member at /notes")]
    public async Task Errors_of_a_request_are_reported_by_pointer(string action, string body, string expected)
    {
        using var refused = await _service.PostTextAsync($"/v1/alerts/{_id}/{action}", body);
        var errors = (await refused.ReadJsonAsync()).GetProperty("errors").EnumerateArray()
            .Select(error => $"{error.GetProperty("code").GetString()} at {error.GetProperty("pointer").GetString()}");
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(errors, Is.EqualTo(new[] { expected }));
    }

    [TestCase("acknowledge")]
    [TestCase("reopen")]
    public async Task An_unknown_alert_is_not_found(string action)
    {
        using var missing = await _service.Client.PostAsync($"/v1/alerts/alt_none/{action}", null);
        Assert.That(missing.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_request_with_an_idempotency_key_is_carried_out_once()
    {
        var first = await PostWithKeyAsync("acknowledge");
        _clock.Advance(TimeSpan.FromMinutes(1));
        var second = await PostWithKeyAsync("acknowledge");
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public async Task An_alert_of_a_churned_account_cannot_be_opened_again()
    {
        await _service.SendAsync(HttpMethod.Patch, "/v1/accounts/acme", new { churnedAt = _clock.GetUtcNow() });
        await _service.EvaluatedAsync();
        var closed = await _service.GetAsync("/v1/alerts/" + _id);
        Assert.That((Text(closed, "status"), Text(closed, "resolution")), Is.EqualTo(("resolved", "churned")));
        using var refused = await _service.Client.PostAsync($"/v1/alerts/{_id}/reopen", null);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
    }

    private Task<JsonElement> ActAsync(string action, object? body = null) => _service.PostAsync($"/v1/alerts/{_id}/{action}", body);

    private async Task<string> PostWithKeyAsync(string action)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/alerts/{_id}/{action}");
        request.Headers.Add("Idempotency-Key", "once");
        using var response = await _service.Client.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();

    private static IEnumerable<string> History(JsonElement alert) => alert.GetProperty("history").EnumerateArray()
        .Select(entry => Text(entry, "what") + (Text(entry, "by") is { } by ? " by " + by : ""));
}
