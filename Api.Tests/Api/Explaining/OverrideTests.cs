using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;
using static HealthApi.Api.Tests.Api.Explaining.ExplainingRig;

namespace HealthApi.Api.Tests.Api.Explaining;

public sealed class OverrideTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Path = "/v1/accounts/acme/override";

    private ManualTimeProvider _clock = null!;
    private TestService _service = null!;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [SetUp]
    public async Task StartAsync()
    {
        _clock = new ManualTimeProvider();
        _service = await TestService.StartAsync(Kind, clock: _clock);
        await _service.PutAsync("/v1/accounts/acme", new { coreFeatures = new[] { "reports" } });
        await _service.IngestAsync(
            Event("e1", "usage.feature_used", Now, new { userId = "u1", feature = "reports" }),
            Event("e2", "billing.invoice_paid", Now, new { invoiceId = "i1" }));
    }

    [TearDown]
    public async Task StopAsync() => await _service.DisposeAsync();

    [Test]
    public async Task An_override_changes_the_score_causes_crossings_and_ends_at_its_expiry()
    {
        Assert.That((await _service.HealthAsync()).Text("category"), Is.EqualTo("healthy"));
        _clock.Advance(TimeSpan.FromHours(1));
        await _service.PutAsync(Path, new { category = "at_risk", reason = "The new owner wants out", expiresAt = Now.AddHours(12) });

        var health = await _service.HealthAsync();
        Assert.Multiple(() =>
        {
            Assert.That((health.Score(), health.Text("category")), Is.EqualTo((59.9, "at_risk")));
            Assert.That(health.GetProperty("override").Text("reason"), Is.EqualTo("The new owner wants out"));
            Assert.That(health.GetProperty("override").Text("setBy"), Is.EqualTo("admin"), "the name of the key");
            Assert.That(health.GetProperty("measured").Text("category"), Is.EqualTo("healthy"));
        });
        Assert.That(await CrossingsAsync(1), Is.EqualTo(new[] { "lifecycle:stable falling" }));
        Assert.That((await _service.GetAsync("/v1/accounts?category=at_risk")).Data(), Has.Count.EqualTo(1),
            "the list filters by the overridden category");

        _clock.Advance(TimeSpan.FromHours(12) + TimeSpan.FromSeconds(1));
        Assert.That(await CrossingsAsync(2), Does.Contain("lifecycle:healthy rising"), "the clockwork ended the override");
        Assert.That((await _service.HealthAsync()).GetProperty("override").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
    }

    [Test]
    public async Task Setting_replacing_and_ending_an_override_are_on_the_timeline()
    {
        await _service.PutAsync(Path, new { score = 30, reason = "First", expiresAt = Now.AddDays(2) });
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _service.PutAsync(Path, new { score = 90.5, reason = "Second", expiresAt = Now.AddDays(3) });
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _service.SendAsync(HttpMethod.Delete, Path);
        var entries = (await _service.GetAsync("/v1/accounts/acme/timeline?kinds=override")).Data();
        Assert.That(
            entries.Select(entry => $"{entry.Text("type")} {entry.GetProperty("data").Text("reason")} by {entry.Text("by")}"),
            Is.EqualTo(
                new[] { "override.ended Second by admin", "override.set Second by admin", "override.ended First by admin",
                "override.set First by admin" }));
        Assert.That((await _service.RefusedAsync(HttpMethod.Delete, Path)).Status, Is.EqualTo(404), "no override is in force");
        var pages = new List<string?>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await _service.GetAsync($"/v1/accounts/acme/timeline?kinds=override&limit=1&cursor={cursor}");
            pages.AddRange(page.Data().Select(entry => entry.Text("type") + entry.Text("id")));
            cursor = page.Text("nextCursor");
        }

        Assert.That(pages, Is.EqualTo(entries.Select(entry => entry.Text("type") + entry.Text("id"))));
    }

    [Test]
    public async Task Changes_name_the_override_as_cause_and_past_health_includes_it()
    {
        var before = Now;
        _clock.Advance(TimeSpan.FromHours(1));
        await _service.PutAsync(Path, new { score = 41.5, reason = "A feeling", expiresAt = Now.AddDays(1) });
        var during = Now;
        var shown = (await _service.HealthAsync()).Score();
        _clock.Advance(TimeSpan.FromHours(2));
        await _service.SendAsync(HttpMethod.Delete, Path);
        var change = await _service.GetAsync($"/v1/accounts/acme/health/changes?from={At(before)}&to={At(during)}");
        var part = change.Data("parts").Single();
        Assert.That(
            (part.Text("cause"), part.GetProperty("change").GetDecimal()),
            Is.EqualTo(("override", change.GetProperty("change").GetDecimal())));
        Assert.That(part.Text("detail"), Is.EqualTo("admin: A feeling"));
        Assert.That((await _service.HealthAsync($"?at={At(during)}")).Score(), Is.EqualTo(shown).And.EqualTo(41.5));
        Assert.That((await _service.HealthAsync()).Text("category"), Is.EqualTo("healthy"));
    }

    [Test]
    public async Task An_override_or_risk_that_contradicts_the_measured_health_is_a_disagreement()
    {
        Assert.That((await _service.GetAsync("/v1/accounts?disagreement=true")).Data(), Is.Empty);
        await _service.PutAsync(Path, new { category = "critical", reason = "They told me", expiresAt = Now.AddDays(1) });
        Assert.That(
            (await _service.GetAsync("/v1/accounts?disagreement=true")).Data().Select(account => account.Text("id")),
            Is.EqualTo(new[] { "acme" }));
        await _service.SendAsync(HttpMethod.Delete, Path);
        Assert.That((await _service.GetAsync("/v1/accounts?disagreement=true")).Data(), Is.Empty);
        await _service.IngestAsync(Event("e3", "relationship.champion_left", Now));
        Assert.That((await _service.GetAsync("/v1/accounts?disagreement=true")).Data(), Has.Count.EqualTo(1), "healthy but with high risk");
        Assert.That((await _service.GetAsync("/v1/accounts?disagreement=false")).Data(), Is.Empty);
    }

    [TestCase("""{"reason":"x","expiresAt":"2026-11-30T00:00:00Z"}""", "/score")]
    [TestCase("""{"score":10,"category":"healthy","reason":"x","expiresAt":"2026-11-30T00:00:00Z"}""", "/category")]
    [TestCase("""{"score":101,"reason":"x","expiresAt":"2026-11-30T00:00:00Z"}""", "/score")]
    [TestCase("""{"category":"fine","reason":"x","expiresAt":"2026-11-30T00:00:00Z"}""", "/category")]
    [TestCase("""{"score":10,"reason":" ","expiresAt":"2026-11-30T00:00:00Z"}""", "/reason")]
    [TestCase("""{"score":10,"expiresAt":"2026-11-30T00:00:00Z"}""", "/reason")]
    [TestCase("""{"score":10,"reason":"x"}""", "/expiresAt")]
    [TestCase("""{"score":10,"reason":"x","expiresAt":"2026-11-01T00:00:00Z"}""", "/expiresAt")]
    [TestCase("""{"score":10,"reason":"x","expiresAt":"2030-11-01T00:00:00Z"}""", "/expiresAt")]
    [TestCase("""{"score":10,"reason":"x","expiresAt":"2026-11-30T00:00:00Z","forever":true}""", "/forever")]
    public async Task Errors_of_an_override_are_reported_by_pointer(string body, string pointer)
    {
        var (status, problem) = await _service.RefusedAsync(HttpMethod.Put, Path, System.Text.Json.JsonDocument.Parse(body).RootElement);
        Assert.That(status, Is.EqualTo(422));
        Assert.That(problem.Pointers(), Is.EqualTo(new[] { pointer }));
        Assert.That(
            (await _service.RefusedAsync(
                HttpMethod.Put, "/v1/accounts/nobody/override", new { score = 1, reason = "x", expiresAt = Now.AddDays(1) })).Status,
            Is.EqualTo(404));
    }

    private async Task<IReadOnlyList<string>> CrossingsAsync(int count) => await Eventually.GetAsync<IReadOnlyList<string>>(
        async () => [.. (await _service.GetAsync("/v1/accounts/acme/timeline?kinds=crossing")).Data()
            .Select(entry => $"{entry.GetProperty("data").Text("threshold")} {entry.GetProperty("data").Text("direction")}")],
        seen => seen.Count >= count,
        $"{count} crossings");
}
