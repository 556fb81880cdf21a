using System.Net;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Security;

/// <summary>A key with the scope ingest can neither read nor remove stored events.</summary>
internal sealed class ScopeTests
{
    private TestService _service = null!;
    private HttpClient _ingester = null!, _reader = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(["Roles=api"]);
        (_ingester, _reader) = (await ClientAsync("ingest"), await ClientAsync("read"));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _ingester.Dispose();
        _reader.Dispose();
        await _service.DisposeAsync();
    }

    [TestCase("/v1/ingestion/conflicts")]
    [TestCase("/v1/ingestion/parked")]
    public async Task The_content_of_events_needs_the_scope_read(string path)
    {
        await _service.ParkAsync("secret " + path);
        using var hidden = await _ingester.GetAsync(path);
        using var shown = await _reader.GetAsync(path);
        Assert.That((hidden.StatusCode, shown.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.OK)));
    }

    [TestCase("retry")]
    [TestCase("discard")]
    public async Task Parked_events_are_retried_and_discarded_by_writers_only(string action)
    {
        var id = await _service.ParkAsync("kept by " + action);
        foreach (var client in (HttpClient[])[_ingester, _reader])
        {
            using var refused = await client.PostAsync($"/v1/ingestion/parked/{id}/{action}", null);
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        }

        using var done = await _service.Client.PostAsync($"/v1/ingestion/parked/{id}/{action}", null);
        Assert.That(done.IsSuccessStatusCode, await done.Content.ReadAsStringAsync());
    }

    [TestCase("/v1/models")]
    [TestCase("/v1/models/lifecycle")]
    [TestCase("/v1/signals")]
    [TestCase("/v1/churn-rules")]
    [TestCase("/v1/segments")]
    [TestCase("/v1/alert-policy")]
    [TestCase("/v1/thresholds")]
    [TestCase("/v1/webhooks/event-types")]
    public async Task Policies_can_be_read_with_the_scope_read_but_not_ingest(string path)
    {
        using var shown = await _reader.GetAsync(path);
        using var hidden = await _ingester.GetAsync(path);
        Assert.That((shown.StatusCode, hidden.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Forbidden)));
    }

    [TestCase("score", "/v1/models")]
    [TestCase("score", "/v1/signals")]
    [TestCase("webhooks", "/v1/webhooks/event-types")]
    public async Task The_scopes_score_and_webhooks_can_read_what_they_need(string scope, string path)
    {
        using var client = await ClientAsync(scope);
        using var response = await client.GetAsync(path);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Ingestion_statistics_can_be_read_with_the_scope_ingest()
    {
        using var response = await _ingester.GetAsync("/v1/ingestion/stats");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private async Task<HttpClient> ClientAsync(string scope) => _service.CallerWith(await _service.CreateKeyAsync(scope, scope));
}
