using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Events;

/// <summary>The list of conflicts shows both versions of an event with the same source and id but different content.</summary>
internal sealed class ConflictListTests(StoreKind kind) : StoreFixture(kind)
{
    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind);
        await SendAsync("crm", "e1", "acme", 7, 8);
        await SendAsync("crm", "e2", "globex", 3, 4, 5);
        await SendAsync("shop", "e1", "acme", 1, 2);
    }

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase("", ExpectedResult = "shop/e1 1-2, crm/e2 3-5, crm/e2 3-4, crm/e1 7-8")]
    [TestCase("?source=crm", ExpectedResult = "crm/e2 3-5, crm/e2 3-4, crm/e1 7-8")]
    [TestCase("?accountId=acme", ExpectedResult = "shop/e1 1-2, crm/e1 7-8")]
    [TestCase("?accountId=acme&source=shop", ExpectedResult = "shop/e1 1-2")]
    [TestCase("?accountId=nobody", ExpectedResult = "")]
    public async Task<string> Conflicts_are_listed_newest_first_with_both_versions(string query) =>
        string.Join(", ", (await _service.GetAsync("/v1/ingestion/conflicts" + query)).GetProperty("data").EnumerateArray().Select(Show));

    [Test]
    public async Task Pages_contain_each_conflict_once()
    {
        var (seen, cursor) = (new List<string>(), "");
        do
        {
            var page = await _service.GetAsync($"/v1/ingestion/conflicts?limit=1{cursor}");
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(Show));
            cursor = page.GetProperty("nextCursor").GetString() is { } next ? "&cursor=" + next : "";
        }
        while (cursor.Length > 0);

        Assert.That(string.Join(", ", seen), Is.EqualTo("shop/e1 1-2, crm/e2 3-5, crm/e2 3-4, crm/e1 7-8"));
    }

    [Test]
    public async Task The_kept_version_is_null_after_its_account_was_erased()
    {
        await _service.SendAsync(
            HttpMethod.Post, "/v1/events", new { id = "moved", source = "crm", type = "usage.login", accountId = "gone" });
        await _service.SettledAsync();
        await _service.SendAsync(
            HttpMethod.Post, "/v1/events", new { id = "moved", source = "crm", type = "usage.login", accountId = "acme" });
        await _service.SettledAsync();
        await _service.SendAsync(HttpMethod.Delete, "/v1/accounts/gone");
        var newest = (await _service.GetAsync("/v1/ingestion/conflicts?limit=1")).GetProperty("data")[0];
        Assert.That(
            (newest.GetProperty("id").GetString(), newest.GetProperty("kept").ValueKind), Is.EqualTo(("moved", JsonValueKind.Null)));
    }

    private static string Show(JsonElement conflict) =>
        $"{conflict.GetProperty("source")}/{conflict.GetProperty("id")} {Score(conflict, "kept")}-{Score(conflict, "refused")}";

    private static int Score(JsonElement conflict, string version) =>
        conflict.GetProperty(version).GetProperty("data").GetProperty("score").GetInt32();

    private async Task SendAsync(string source, string id, string accountId, params int[] scores)
    {
        foreach (var score in scores)
        {
            await _service.PostAsync(
                "/v1/events",
                new
                {
                    id,
                    source,
                    type = "nps.responded",
                    accountId,
                    occurredAt = DateTimeOffset.UtcNow.AddDays(-1).Date.ToString("yyyy-MM-ddT00:00:00Z"),
                    data = new { score }
                });
            await _service.SettledAsync();
        }
    }
}
