using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Accounts;

/// <summary>The export of an account contains everything that is stored about it and nothing about other accounts.</summary>
internal sealed class AccountExportTests(StoreKind kind) : StoreFixture(kind)
{
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task The_export_contains_all_data_of_the_account_and_no_data_of_others_or_secrets()
    {
        await using var receiver = await WebhookReceiver.StartAsync(WebhookReceiver.Status(200));
        var (_, secret) = await _service.SubscribeAsync(receiver.Url);
        var (externalIds, attributes) = (new { stripe = "cus_1" }, new { note = "kept" });
        string[] tags = ["vip"];
        await _service.PutAsync("/v1/accounts/acme", new { name = "Acme", arr = 120000.5m, tags, externalIds, attributes });
        await _service.SendAsync(HttpMethod.Patch, "/v1/accounts/acme", new { owner = "dana" });
        await _service.PutAsync("/v1/accounts/other", new { name = "Somebody else" });
        using var posted = await _service.PostTextAsync(
            "/v1/events",
            """
            [{"id":"e1","type":"usage.login","accountId":"acme","data":{"userId":"ann",
              "note":1}},
             {"id":"e2","type":"usage.login","accountId":"other","data":{"userId":"bob"}}]
            """);
        using var conflict = await _service.PostTextAsync(
            "/v1/events", """{"id":"e1","type":"usage.login","accountId":"acme","data":{"userId":"eve"}}""");
        await _service.SettledAsync();
        await _service.ParkAsync("parked");
        await _service.PutAsync(
            "/v1/accounts/acme/override", new { score = 35, reason = "The sponsor left.", expiresAt = DateTimeOffset.UtcNow.AddDays(30) });
        await _service.QueueAsync("one", "acme");

        // The override causes a crossing, which sends messages too, so wait for an attempt of any of them.
        var lines = await Eventually.GetAsync(
            () => ExportAsync("acme"), found => found.Any(line => KindOf(line) == "attempt"), "an attempt is exported");
        var kinds = lines.Select(KindOf).ToList();
        Assert.That(kinds, Is.SupersetOf((string[])[
            "account", "tag", "external_id", "former_profile", "state", "event", "event_conflict", "parked_event", "standing", "override",
                "message", "delivery", "attempt", "audit_entry"]));
        Assert.That((kinds[0], kinds[^1], lines[^1].GetProperty("lines").GetInt32()), Is.EqualTo(("export", "end", lines.Count - 1)));
        var all = string.Concat(lines);
        Assert.That(all, Does.Contain("ann").And.Contain("eve").And.Contain("The sponsor left.").And.Contain("kept").And.Contain("cus_1"));
        Assert.That(all, Does.Not.Contain("bob").And.Not.Contain("Somebody else").And.Not.Contain(secret)
            .And.Not.Contain(TestService.AdminKey), "no data of other accounts, no secret");
        var account = lines.Single(line => KindOf(line) == "account");
        Assert.That(account.GetProperty("arr").GetDecimal(), Is.EqualTo(120000.5m));
        Assert.That(account.GetProperty("profile").GetProperty("owner").GetString(), Is.EqualTo("dana"), "documents are JSON, not text");
        Assert.That(lines.Single(line => KindOf(line) == "parked_event").GetProperty("payload").GetProperty("id").GetString(),
            Is.EqualTo("parked"), "a parked event can be read");
    }

    [Test]
    public async Task An_export_longer_than_one_page_contains_every_event_once()
    {
        const int Events = 450;
        await _service.PostAsync("/v1/events", Enumerable.Range(0, Events).Select(number => new
        {
            id = $"many-{number}",
            type = "usage.login",
            accountId = "many",
            occurredAt = DateTimeOffset.UtcNow.AddDays(-(number % 7)).ToString("yyyy-MM-dd'T'00:00:00'Z'"),
        }).ToArray());
        await _service.SettledAsync();
        var ids = (await ExportAsync("many")).Where(line => KindOf(line) == "event").Select(line => line.GetProperty("id").GetString())
            .ToList();
        Assert.That(ids, Has.Count.EqualTo(Events));
        Assert.That(ids, Is.Unique);
    }

    [Test]
    public async Task The_export_of_an_unknown_or_erased_account_is_404()
    {
        await _service.PutAsync("/v1/accounts/gone", new { name = "Gone" });
        await _service.SendAsync(HttpMethod.Delete, "/v1/accounts/gone");
        foreach (var id in (string[])["gone", "never"])
        {
            using var response = await _service.Client.GetAsync($"/v1/accounts/{id}/export");
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    private static string KindOf(JsonElement line) => line.GetProperty("kind").GetString()!;

    private async Task<IReadOnlyList<JsonElement>> ExportAsync(string id)
    {
        using var response = await _service.Client.GetAsync($"/v1/accounts/{id}/export");
        Assert.That((response.StatusCode, response.Content.Headers.ContentType!.MediaType),
            Is.EqualTo((HttpStatusCode.OK, "application/x-ndjson")));
        return [.. (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line))];
    }
}
