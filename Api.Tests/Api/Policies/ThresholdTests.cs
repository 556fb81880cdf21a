using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Policies;

internal sealed class ThresholdTests(StoreKind kind) : StoreFixture(kind)
{
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task A_threshold_is_created_replaced_listed_and_deleted_with_ETags()
    {
        const string Path = "/v1/thresholds/own",
            First = "{'metric':'health','bound':50,'direction':'falling','margin':5,'dwellHours':24,'segment':'enterprise'}";
        var created = await _service.PutDocumentAsync(Path, First, ifNoneMatch: "*");
        var replaced = await _service.PutDocumentAsync(Path, "{'metric':'churn_risk','bound':75}", ifMatch: created.ETag);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((created.Status, created.ETag), Is.EqualTo((HttpStatusCode.Created, "\"1\"")));
            Assert.That(
                created.Json.GetRawText(),
                Does.Contain("\"direction\":\"falling\",\"margin\":5,\"dwellHours\":24,\"segment\":\"enterprise\""));
            Assert.That((replaced.Status, replaced.ETag), Is.EqualTo((HttpStatusCode.OK, "\"2\"")));
            Assert.That(
                (await _service.PutDocumentAsync(Path, First, ifMatch: "\"1\"")).Status, Is.EqualTo(HttpStatusCode.PreconditionFailed));
            Assert.That(
                (await _service.PutDocumentAsync(Path, First, ifNoneMatch: "*")).Status, Is.EqualTo(HttpStatusCode.PreconditionFailed));
            Assert.That((await _service.GetAsync(Path)).GetRawText(), Is.EqualTo(replaced.Text));
            Assert.That((await IdsAsync()).Count(id => id == "own"), Is.EqualTo(1));
            Assert.That(await DeleteAsync(Path, "\"1\""), Is.EqualTo(HttpStatusCode.PreconditionFailed));
            Assert.That(await DeleteAsync(Path, "\"2\""), Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(await DeleteAsync(Path, null), Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task An_implied_threshold_can_be_replaced_and_applies_again_after_the_deletion()
    {
        const string Path = "/v1/thresholds/lifecycle:stable";
        using var implied = await _service.Client.GetAsync(Path);
        Assert.That(implied.Headers.ETag!.Tag, Is.EqualTo("\"0\""));
        var configured = await _service.PutDocumentAsync(Path, "{'metric':'health','bound':60,'margin':8}", ifMatch: "\"0\"");
        Assert.That((configured.Status, configured.Json.GetProperty("implied").GetBoolean()), Is.EqualTo((HttpStatusCode.Created, false)));
        Assert.That((await IdsAsync()).Count(id => id == "lifecycle:stable"), Is.EqualTo(1),
            "the configured threshold replaces the implied one");
        Assert.That(await DeleteAsync(Path, configured.ETag), Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await _service.GetAsync(Path)).GetProperty("margin").GetDouble(), Is.EqualTo(2));
    }

    [TestCase(
        "{'metric':'health','bound':101,'margin':-1,'dwellHours':1e9,'segment':'huge'}", "out_of_range at /bound",
        "out_of_range at /margin", "out_of_range at /dwellHours", "unknown at /segment")]
    [TestCase("{'metric':'wealth','bound':1}", "unknown at /metric")]
    [TestCase("{'metric':'health'}", "required at /bound")]
    public async Task Errors_of_a_threshold_are_reported_by_pointer(string document, params string[] expected) =>
        Assert.That((await _service.PutDocumentAsync("/v1/thresholds/wrong", document)).Errors, Is.EquivalentTo(expected));

    [Test]
    public async Task A_recovery_resolves_its_crossing_and_a_threshold_watches_its_segment_only()
    {
        await _service.PutDocumentAsync("/v1/thresholds/watched", "{'metric':'churn_risk','bound':50,'segment':'enterprise'}");
        await _service.PostAsync(
            "/v1/accounts:batch", new { accounts = new[] { new { id = "big", arr = 500_000 }, new { id = "small", arr = 5 } } });
        foreach (var (step, type) in new[] { "usage.login", "relationship.champion_left", "relationship.champion_joined" }.Index())
        {
            await _service.PostAsync(
                "/v1/events",
                new[] { "big", "small" }.Select(
                    id => new { id = $"{id}-{step}", type, accountId = id, occurredAt = DateTimeOffset.UtcNow.AddSeconds(step - 10) }));
            await _service.SettledAsync();
        }

        var own = (await _service.CrossingsAsync("big")).Where(crossing => Passed(crossing).Contains("watched")).ToList();
        Assert.That(own.Select(crossing => crossing.GetProperty("direction").GetString()), Is.EqualTo(new[] { "rising", "falling" }));
        Assert.That(
            own[1].GetProperty("resolves").EnumerateArray().Select(id => id.GetString()),
            Does.Contain(own[0].GetProperty("crossingId").GetString()));
        Assert.That(own.Select(crossing => crossing.GetProperty("cause").GetString()), Is.All.EqualTo("data"));
        Assert.That((await _service.CrossingsAsync("small")).SelectMany(Passed), Does.Not.Contain("watched"));
    }

    private static IEnumerable<string?> Passed(JsonElement crossing) =>
        crossing.GetProperty("passed").EnumerateArray().Select(name => name.GetString());

    private async Task<IEnumerable<string?>> IdsAsync() =>
        (await _service.GetAsync("/v1/thresholds")).GetProperty("data").EnumerateArray()
            .Select(threshold => threshold.GetProperty("id").GetString());

    private async Task<HttpStatusCode> DeleteAsync(string path, string? ifMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, path);
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var response = await _service.Client.SendAsync(request);
        return response.StatusCode;
    }
}
