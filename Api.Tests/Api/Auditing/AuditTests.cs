using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Auditing;

/// <summary>Every change by an operator has an audit entry: actor, action, time, state before and after, and no secret.</summary>
internal sealed class AuditTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task Creating_and_revoking_a_key_is_audited_with_the_actor()
    {
        var boss = await _service.CreateKeyAsync("boss", "admin");
        using var caller = _service.CallerWith(boss);
        using var made = await caller.PostAsync(
            "/v1/keys", TestRequests.Text("""{"name":"crm","scopes":["ingest"],"expiresAt":"2027-01-31T18:00:00Z"}"""));
        var key = await made.ReadJsonAsync();
        using var revoked = await caller.DeleteAsync($"/v1/keys/{key.GetProperty("id").GetString()}");
        var entries = await _service.ListAsync($"/v1/audit?subject={key.GetProperty("id").GetString()}");
        Assert.That(entries.Select(Action), Is.EqualTo((string[])["revoked", "created"]));
        foreach (var entry in entries) Assert.That(Who(entry), Is.EqualTo($"key {boss.GetProperty("id").GetString()} boss"));
        Assert.That(State(entries[1], "after"),
            Does.Contain("\"scopes\":[\"ingest\"]").And.Contain("\"expiresAt\":\"2027-01-31T18:00:00Z\""));
        Assert.That(entries[1].GetProperty("at").GetDateTimeOffset(), Is.EqualTo(_clock.GetUtcNow()));
        Assert.That(string.Concat(entries), Does.Not.Contain(key.GetProperty("secret").GetString()));
    }

    [Test]
    public async Task Audit_entries_name_the_versions_of_documents_and_the_segments_of_activations()
    {
        var model = await _service.GetAsync("/v1/models/lifecycle");
        var (audited, former) = ("audited", model.GetRawText().Replace("\"lifecycle\"", "\"audited\""));
        using var put = await _service.Client.PutAsync($"/v1/models/{audited}", TestRequests.Text(WithoutVersion(former)));
        Assert.That((int)put.StatusCode, Is.EqualTo(201), await put.Content.ReadAsStringAsync());
        await _service.PostAsync($"/v1/models/{audited}/activate", new { segments = new[] { "*", "smb" }, announce = false });
        await _service.PostAsync($"/v1/models/{audited}/deactivate", new { segments = new[] { "smb" } });
        var entries = await _service.ListAsync($"/v1/audit?subject={audited}");
        Assert.That(entries.Select(Action), Is.EqualTo((string[])["deactivated", "activated", "created"]));
        Assert.That(entries.Select(entry => (State(entry, "before"), State(entry, "after"))), Is.EqualTo(new[]
        {
            ("""{"segments":{"smb":{"id":"audited","version":1}}}""", """{"segments":{"smb":null},"announce":true}"""),
            ("""{"segments":{"*":{"id":"lifecycle","version":1},"smb":null}}""",
                """{"segments":{"*":{"id":"audited","version":1},"smb":{"id":"audited","version":1}},"announce":false}"""),
            ("null", """{"version":1}"""),
        }));

        foreach (var path in (string[])["/v1/churn-rules", "/v1/segments", "/v1/alert-policy"])
        {
            using var changed = await _service.Client.PutAsync(
                path, TestRequests.Text(WithoutVersion((await _service.GetAsync(path)).GetRawText())));
            Assert.That((int)changed.StatusCode, Is.EqualTo(200), await changed.Content.ReadAsStringAsync());
        }

        var changes = await _service.ListAsync("/v1/audit?kind=churn_rules,segments,alert_policy");
        Assert.That(
            changes.Select(entry => (entry.GetProperty("kind").GetString(), State(entry, "before"), State(entry, "after"))),
            Is.EqualTo(new[]
        {
            ("alert_policy", """{"version":1}""", """{"version":2,"announce":true}"""),
            ("segments", """{"version":1}""", """{"version":2,"announce":true}"""),
            ("churn_rules", """{"version":2}""", """{"version":3,"announce":true}"""),
        }));
    }

    [Test]
    public async Task Audit_entries_of_thresholds_contain_the_whole_threshold()
    {
        await _service.PutAsync("/v1/thresholds/audited", new { metric = "health", bound = 50, direction = "falling" });
        await _service.PutAsync("/v1/thresholds/audited", new { metric = "health", bound = 55, direction = "falling" });
        await _service.SendAsync(HttpMethod.Delete, "/v1/thresholds/audited");
        var entries = await _service.ListAsync("/v1/audit?subject=audited&kind=threshold");
        Assert.That(entries.Select(Action), Is.EqualTo((string[])["deleted", "changed", "created"]));
        Assert.That(Bound(entries[1], "before"), Is.EqualTo(50));
        Assert.That(Bound(entries[1], "after"), Is.EqualTo(55));
        Assert.That(entries[0].GetProperty("after").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Audit_entries_of_subscriptions_contain_no_part_of_the_URL_that_may_be_a_credential()
    {
        var created = await _service.PostAsync(
            "/v1/webhooks", new
            {
                url = "https://hooks.example.com/services/T0KEN?key=s3cret",
                eventTypes = new[] { "health.threshold_crossed" }
            });
        var id = created.GetProperty("id").GetString();
        await _service.SendAsync(
            HttpMethod.Patch, $"/v1/webhooks/{id}", new { url = "https://hooks.example.com/services/0THER?key=s3cret", maxPerMinute = 60 });
        var rotated = await _service.PostAsync($"/v1/webhooks/{id}/rotate-secret");
        await _service.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { enabled = false });
        await _service.PostAsync($"/v1/webhooks/{id}/enable");
        await _service.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { maxPerMinute = 60 });
        await _service.SendAsync(HttpMethod.Delete, $"/v1/webhooks/{id}");
        var entries = await _service.ListAsync($"/v1/audit?subject={id}");
        Assert.That(entries.Select(Action),
            Is.EqualTo((string[])["deleted", "enabled", "disabled", "secret_rotated", "changed", "created"]),
                "a patch that changes nothing has no entry");
        var changed = entries[4];
        Assert.That(State(changed, "before"),
            Does.Contain("\"origin\":\"https://hooks.example.com\"").And.Contain("\"maxPerMinute\":null"));
        Assert.That(State(changed, "after"), Does.Contain("\"maxPerMinute\":60"));
        Assert.That(Sha(changed, "after"), Is.Not.Empty.And.Not.EqualTo(Sha(changed, "before")), "the hash shows that the path changed");
        Assert.That(string.Concat(entries),
            Does.Not.Contain("T0KEN").And.Not.Contain("s3cret").And.Not.Contain("whsec_")
                .And.Not.Contain(rotated.GetProperty("secret").GetString()));
    }

    [Test]
    public async Task Audit_entries_of_integrations_contain_no_secret()
    {
        var created = await _service.PostAsync(
            "/v1/integrations", new
            {
                vendor = "stripe",
                name = "live",
                secret = "whsec_0123456789abcdef0123456789",
                accountMapping = new { externalId = "stripe" }
            });
        var id = created.GetProperty("id").GetString();
        await _service.SendAsync(HttpMethod.Patch, $"/v1/integrations/{id}", new { name = "live, EU" });
        await _service.PostAsync($"/v1/integrations/{id}/rotate-secret", new { secret = "whsec_9876543210abcdef0123456789" });
        await _service.SendAsync(HttpMethod.Delete, $"/v1/integrations/{id}");
        var entries = await _service.ListAsync($"/v1/audit?subject={id}");
        Assert.That(entries.Select(Action), Is.EqualTo((string[])["deleted", "secret_rotated", "changed", "created"]));
        Assert.That(State(entries[2], "before"), Does.Contain("\"name\":\"live\""));
        Assert.That(State(entries[2], "after"), Does.Contain("\"name\":\"live, EU\""));
        Assert.That(string.Concat(entries), Does.Not.Contain("whsec_"));
    }

    [Test]
    public async Task Pages_contain_every_entry_once_and_filters_apply()
    {
        for (var number = 0; number < 5; number++)
            await _service.PutAsync($"/v1/thresholds/paged-{number}", new { metric = "health", bound = 50, direction = "falling" });
        var (found, cursor) = (new List<string>(), "");
        do
        {
            var page = await _service.GetAsync($"/v1/audit?kind=threshold&actor=admin&limit=2{cursor}");
            found.AddRange(page.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("subject").GetString()!)
                .Where(subject => subject.StartsWith("paged-", StringComparison.Ordinal)));
            cursor = page.GetProperty("nextCursor").GetString() is { } next ? "&cursor=" + next : "";
        }
        while (cursor.Length > 0);

        Assert.That(found, Is.EqualTo(Enumerable.Range(0, 5).Reverse().Select(number => $"paged-{number}")));
        Assert.That(await _service.ListAsync("/v1/audit?actor=nobody"), Is.Empty);
        Assert.That(await _service.ListAsync("/v1/audit?to=2026-11-20"), Is.Empty, "to is exclusive");
        Assert.That(
            await _service.ListAsync($"/v1/audit?subject=paged-1&from={_clock.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}"), Has.Count.EqualTo(1),
            "from is inclusive");
    }

    [TestCase("kind=keys")]
    [TestCase("from=yesterday")]
    [TestCase("who=me")]
    public async Task An_invalid_filter_is_refused(string query)
    {
        using var response = await _service.Client.GetAsync("/v1/audit?" + query);
        Assert.That((int)response.StatusCode, Is.EqualTo(422));
    }

    private static string WithoutVersion(string document)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(document)!.AsObject();
        json.Remove("version");
        return json.ToJsonString();
    }

    private static string Action(JsonElement entry) => entry.GetProperty("action").GetString()!;

    private static string Who(JsonElement entry)
    {
        var actor = entry.GetProperty("actor");
        return $"{actor.GetProperty("kind").GetString()} {actor.GetProperty("id").GetString()} {actor.GetProperty("name").GetString()}";
    }

    private static string State(JsonElement entry, string name) => entry.GetProperty(name).GetRawText();

    private static double Bound(JsonElement entry, string name) => entry.GetProperty(name).GetProperty("bound").GetDouble();

    private static string Sha(JsonElement entry, string name) =>
        entry.GetProperty(name).GetProperty("url").GetProperty("sha256").GetString()!;
}
