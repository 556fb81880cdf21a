using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Accounts;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Accounts;

public sealed class AccountTests(StoreKind kind) : StoreFixture(kind)
{
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind);

    [OneTimeTearDown]
    public async Task StopAsync() => await _service.DisposeAsync();

    [Test]
    public async Task Put_creates_an_account_and_then_replaces_all_its_fields()
    {
        using var created = await SendAsync(
            HttpMethod.Put, "/v1/accounts/full",
            new { name = "Full", arr = 50_000.5m, tags = new[] { "vip" }, customerSince = "2026-01-01" });
        Assert.That(created.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(created.Headers.Location!.ToString(), Is.EqualTo("/v1/accounts/full"));
        using var replaced = await SendAsync(HttpMethod.Put, "/v1/accounts/full", new { name = "Other" });
        Assert.That(replaced.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        var account = await _service.GetAsync("/v1/accounts/full");
        Assert.That(account.GetProperty("arr").ValueKind, Is.EqualTo(JsonValueKind.Null), "a field that is not given is null");
        Assert.That(account.GetProperty("tags").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task Patch_merges_fields_and_null_removes_them()
    {
        await _service.PutAsync(
            "/v1/accounts/merge", new { name = "Merge", owner = "dana", externalIds = new { stripe = "cus_1", hubspot = "7" } });
        using var patch = new StringContent(
            """{"owner":null,"externalIds":{"hubspot":null,"zendesk":"9"}}""", Encoding.UTF8, "application/merge-patch+json");
        using var response = await _service.Client.PatchAsync("/v1/accounts/merge", patch);
        var account = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Multiple(() =>
        {
            Assert.That(account.GetProperty("name").GetString(), Is.EqualTo("Merge"), "fields that the patch does not name stay");
            Assert.That(account.GetProperty("owner").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(account.GetProperty("externalIds").GetRawText(), Is.EqualTo("""{"stripe":"cus_1","zendesk":"9"}"""));
        });
    }

    [Test]
    public async Task Values_from_billing_stay_when_another_contract_field_is_patched()
    {
        await _service.PutAsync("/v1/accounts/terms", new { mrr = 100, licences = 10 });
        await _service.PostAsync(
            "/v1/events",
            new { id = "terms1", type = "billing.subscription_changed", accountId = "terms", data = new { mrr = 250, licences = 20 } });
        await _service.SettledAsync();
        using var patch = new StringContent("""{"renewalDate":"2031-01-01"}""", Encoding.UTF8, "application/merge-patch+json");
        using var response = await _service.Client.PatchAsync("/v1/accounts/terms", patch);
        var account = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That(
            (account.GetProperty("mrr").GetDecimal(), account.GetProperty("licences").GetInt32()), Is.EqualTo((250m, 20)),
            "the patch states neither");
    }

    [Test]
    public async Task An_update_with_a_stale_If_Match_is_refused()
    {
        using var created = await SendAsync(HttpMethod.Put, "/v1/accounts/tagged", new { name = "One" });
        var first = created.Headers.ETag!;
        using var second = await SendAsync(HttpMethod.Put, "/v1/accounts/tagged", new { name = "Two" }, first);
        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var stale = await SendAsync(HttpMethod.Put, "/v1/accounts/tagged", new { name = "Three" }, first);
        Assert.That(stale.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        Assert.That(
            (await _service.GetAsync("/v1/accounts/tagged")).GetProperty("name").GetString(), Is.EqualTo("Two"),
            "a refused write changes nothing");
    }

    [Test]
    public async Task An_erasure_with_a_stale_If_Match_is_refused()
    {
        using var created = await SendAsync(HttpMethod.Put, "/v1/accounts/kept", new { name = "One" });
        using var changed = await SendAsync(HttpMethod.Put, "/v1/accounts/kept", new { name = "Two" });
        using var stale = await SendAsync(HttpMethod.Delete, "/v1/accounts/kept", new { }, created.Headers.ETag);
        Assert.That(stale.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        Assert.That(
            (await _service.GetAsync("/v1/accounts/kept")).GetProperty("name").GetString(), Is.EqualTo("Two"),
            "a refused erasure changes nothing");
        using var erased = await SendAsync(HttpMethod.Delete, "/v1/accounts/kept", new { }, changed.Headers.ETag);
        Assert.That(erased.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
    }

    [Test]
    public async Task Ids_are_case_sensitive_and_may_contain_any_printable_character()
    {
        foreach (var id in new[] { "Case", "case", "with/slash", "with%2Fescape", "émoji 🚀", "'; DROP TABLE accounts; --" })
            await _service.PutAsync("/v1/accounts/" + Uri.EscapeDataString(id), new { name = "n " + id });
        foreach (var id in new[] { "Case", "case", "with/slash", "with%2Fescape", "émoji 🚀", "'; DROP TABLE accounts; --" })
        {
            Assert.That(
                (await _service.GetAsync("/v1/accounts/" + Uri.EscapeDataString(id))).GetProperty("name").GetString(),
                Is.EqualTo("n " + id));
        }
    }

    [Test]
    public async Task Pages_contain_every_account_once_in_every_sort()
    {
        await using var service = await TestService.StartAsync(Kind, ["Roles=api"]);
        var accounts = Enumerable.Range(0, 23)
            .Select(
                n => new
                {
                    id = $"acc-{n:00}",
                    name = $"Name {n % 5}",
                    arr = n % 4 == 1 ? (int?)null : n % 3 * 1000,
                    tags = new[] { n % 2 == 0 ? "even" : "odd" }
                });
        await service.PostAsync("/v1/accounts:batch", new { accounts });
        foreach (var sort in AccountListing.SortNames.SelectMany(name => new[] { name, "-" + name }))
        {
            var whole = await PagesAsync(service, $"/v1/accounts?sort={sort}&limit=200");
            Assert.That(whole, Is.Unique.And.Count.EqualTo(23));
            foreach (var limit in new[] { 1, 4, 6, 17 })
            {
                Assert.That(
                    await PagesAsync(service, $"/v1/accounts?sort={sort}&limit={limit}"), Is.EqualTo(whole),
                    $"sorted by {sort} in pages of {limit}");
            }
        }

        var rising = accounts.Where(account => account.tags[0] == "odd").OrderBy(account => account.arr ?? -1)
            .ThenBy(account => account.id, StringComparer.Ordinal).Select(account => account.id).ToList();
        Assert.That(await PagesAsync(service, "/v1/accounts?sort=arr&limit=5&tag=odd"), Is.EqualTo(rising),
            "accounts without a value come first");
        Assert.That(await PagesAsync(service, "/v1/accounts?sort=-arr&limit=5&tag=odd"), Is.EqualTo(Enumerable.Reverse(rising)));
        Assert.That(await PagesAsync(service, "/v1/accounts?q=name%202"), Has.Count.EqualTo(5),
            "q finds a part of the name, ignoring case");
    }

    [TestCase("[beta]", "brackets")]
    [TestCase("[", "brackets")]
    [TestCase("a[b", "brackets")]
    [TestCase("%", "percent")]
    [TestCase("x_y", "underscore")]
    [TestCase("!", "exclamation")]
    public async Task A_search_matches_wildcard_characters_literally(string q, string only)
    {
        await using var service = await TestService.StartAsync(Kind, ["Roles=api"]);
        if (Kind == StoreKind.SqlServer && !char.IsLetter(q[0]) && await SqlServerDatabases.IsBabelfishAsync(service.Database))
            Assert.Ignore("Babelfish's LIKE does not find an escaped character that follows the first percent sign.");
        (string, string)[] accounts =
        [
            ("plain", "Delta"), ("brackets", "a[beta]c"), ("percent", "50 % off"), ("underscore", "x_y"),
            ("letters", "xzy"), ("exclamation", "Yes!"),
        ];
        foreach (var (id, name) in accounts)
            await service.PutAsync("/v1/accounts/" + id, new { name });
        Assert.That(await PagesAsync(service, "/v1/accounts?q=" + Uri.EscapeDataString(q)), Is.EqualTo(new[] { only }));
    }

    /// <summary>Checks the escaping without SQL Server; a bracket is a wildcard in T-SQL only.</summary>
    [TestCase("[beta]", "%![beta]%")]
    [TestCase("50%_!", "%50!%!_!!%")]
    public void Wildcards_of_LIKE_are_escaped(string q, string pattern) =>
        Assert.That(AccountConditions.Containing(q), Is.EqualTo(pattern));

    [Test]
    public async Task Events_accepted_before_an_erasure_do_not_create_the_account_again()
    {
        await using var service = await TestService.StartAsync(Kind, ["Roles=api"]);
        await service.PutAsync("/v1/accounts/gone", new { name = "Gone" });
        await service.PostAsync("/v1/events", new { id = "before", type = "usage.login", accountId = "gone" });
        using var deleted = await service.Client.DeleteAsync("/v1/accounts/gone");
        Assert.That(deleted.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));

        var batch = await service.Services.GetWaitingAsync();
        await service.IntakeAsync(batch);
        using var after = await service.Client.GetAsync("/v1/accounts/gone");
        Assert.That(after.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), "the event accepted before the erasure is dropped");
    }

    [Test]
    public async Task Errors_of_an_account_are_reported_by_pointer()
    {
        using var response = await SendAsync(
            HttpMethod.Put, "/v1/accounts/bad",
            new { arr = -1, currency = "usd", segment = "huge", tags = new[] { "ok", "" }, parentId = "bad" });
        Assert.That((int)response.StatusCode, Is.EqualTo(422));
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        var pointers = problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString());
        Assert.That(pointers, Is.EquivalentTo(new[] { "/arr", "/currency", "/segment", "/tags/1", "/parentId" }));
        using var missing = await _service.Client.GetAsync("/v1/accounts/bad");
        Assert.That(missing.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), "a refused account is not created");
    }

    private static async Task<List<string>> PagesAsync(TestService service, string path)
    {
        var seen = new List<string>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await service.GetAsync(cursor.Length == 0 ? path : $"{path}&cursor={cursor}");
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(account => account.GetProperty("id").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }

        return seen;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object body, EntityTagHeaderValue? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        if (ifMatch is not null) request.Headers.IfMatch.Add(ifMatch);
        return await _service.Client.SendAsync(request);
    }
}
