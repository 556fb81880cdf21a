using System.Net;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Accounts;

/// <summary>
/// The filters of <c>GET /v1/accounts</c>: several values mean any of them, and an invalid value is an error, not an empty list.
/// </summary>
internal sealed class AccountFilterTests(StoreKind kind) : StoreFixture(kind)
{
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind);
        object[] accounts =
        [
            new { id = "big", arr = 200_000, owner = "dana", tags = new[] { "vip" }, renewalDate = "2030-01-01",
                customerSince = "2020-01-01", externalIds = new { stripe = "cus_1" } },
            new { id = "mid", arr = 30_000, owner = "Doe, Jane", tags = new[] { "beta" }, parentId = "big", renewalDate = "2031-01-01",
                customerSince = "2020-01-01", externalIds = new { stripe = "cus_2" } },
            new { id = "low", arr = 100, owner = "kim", parentId = "big", customerSince = "2020-01-01",
                externalIds = new Dictionary<string, string> { ["urn:crm"] = "x:cus_1" } },
            new { id = "out", arr = 100, owner = "kim", parentId = "mid", churnedAt = "2024-01-01", customerSince = "2020-01-01" },
        ];
        await _service.PostAsync("/v1/accounts:batch", new { accounts });
        await _service.EvaluatedAsync();
    }

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase("segment=enterprise,mid_market", "big,mid")]
    [TestCase("segment=smb", "low,out")]
    [TestCase("category=unknown,critical", "big,low,mid,out")]
    [TestCase("category=critical", "")]
    [TestCase("risk=low,high,critical", "big,low,mid,out")]
    [TestCase("risk=critical", "")]
    [TestCase("phase=maturity", "big,low,mid")]
    [TestCase("phase=churned,renewal", "out")]
    [TestCase("churned=true", "out")]
    [TestCase("churned=false", "big,low,mid")]
    [TestCase("owner=dana,kim", "big,low,out")]
    [TestCase("owner=Doe,%20Jane", "mid", Description = "an owner whose name contains a comma")]
    [TestCase("owner=nobody", "", Description = "owners are free text, so an unknown one is not an error")]
    [TestCase("tag=vip,beta", "big,mid")]
    [TestCase("parentId=big", "low,mid")]
    [TestCase("parentId=big,mid", "low,mid,out")]
    [TestCase("externalId=stripe:cus_1", "big")]
    [TestCase("externalId=stripe:cus_1,stripe:cus_2", "big,mid")]
    [TestCase("externalId=urn:crm:x:cus_1", "low", Description = "system and id may both contain colons")]
    [TestCase("externalId=zendesk:cus_1", "")]
    [TestCase("renewalBefore=2030-06-01", "big")]
    [TestCase("renewalBefore=2030-01-01", "", Description = "the bound is exclusive")]
    [TestCase("renewalBefore=2031-01-01T00:00:01Z", "big,mid")]
    [TestCase("minRisk=0", "big,low,mid,out")]
    [TestCase("minRisk=99", "")]
    [TestCase("parentId=big&segment=smb,mid_market&tag=beta", "mid")]
    public async Task A_filter_returns_the_matching_accounts_in_every_sort_and_page_size(string query, string expected)
    {
        var ids = expected.Split(',', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(await PagesAsync(query, "id", 200), Is.EqualTo(ids));
        foreach (var sort in new[] { "arr", "-renewalDate", "-churnRisk" })
            Assert.That(await PagesAsync(query, sort, 1), Is.EquivalentTo(ids), $"page by page, sorted by {sort}");
    }

    [TestCase("risk=hgih", "high")]
    [TestCase("segment=enterprize", "enterprise")]
    [TestCase("category=healty", "healthy")]
    [TestCase("phase=churn", "churned")]
    [TestCase("sort=licence", "licences")]
    [TestCase("sort=-licence", "-licences")]
    [TestCase("segmnt=smb", "segment")]
    public async Task An_unknown_name_or_value_is_refused_with_the_nearest_known_one(string query, string nearest)
    {
        using var response = await _service.Client.GetAsync("/v1/accounts?" + query);
        var body = await response.Content.ReadAsStringAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity), body);
            Assert.That(body, Does.Contain($"did you mean '{nearest}'?"));
        }
    }

    [Test]
    public async Task A_segment_can_be_filtered_by_once_a_policy_defines_it()
    {
        using var before = await _service.Client.GetAsync("/v1/accounts?segment=key_accounts");
        var policy = (await _service.GetAsync("/v1/segments")).GetRawText()
            .Replace("\"self_serve\"", "\"key_accounts\"", StringComparison.Ordinal);
        Assert.That(before.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        using var content = TestRequests.Text(policy);
        using var put = await _service.Client.PutAsync("/v1/segments", content);
        Assert.That(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
        Assert.That((await _service.GetAsync("/v1/accounts?segment=key_accounts")).GetProperty("data").GetArrayLength(), Is.Zero);
    }

    private async Task<List<string>> PagesAsync(string query, string sort, int limit)
    {
        var (ids, cursor) = (new List<string>(), "");
        do
        {
            var page = await _service.GetAsync($"/v1/accounts?{query}&sort={sort}&limit={limit}&cursor={cursor}");
            ids.AddRange(page.GetProperty("data").EnumerateArray().Select(account => account.GetProperty("id").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        return ids;
    }
}
