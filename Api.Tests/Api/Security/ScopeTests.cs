using System.Net;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Security;

/// <summary>A key that may only bring events neither sees nor removes what others brought.</summary>
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
    public async Task The_content_of_events_is_for_readers(string path)
    {
        await _service.ParkAsync("secret " + path);
        using var hidden = await _ingester.GetAsync(path);
        using var shown = await _reader.GetAsync(path);
        Assert.That((hidden.StatusCode, shown.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.OK)));
    }

    [TestCase("retry")]
    [TestCase("discard")]
    public async Task What_was_set_aside_is_for_writers_to_decide_on(string action)
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
    [TestCase("/v1/thresholds")]
    [TestCase("/v1/webhooks/event-types")]
    public async Task What_accounts_are_judged_by_is_for_readers(string path)
    {
        using var shown = await _reader.GetAsync(path);
        using var hidden = await _ingester.GetAsync(path);
        Assert.That((shown.StatusCode, hidden.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Forbidden)));
    }

    [TestCase("score", "/v1/models")]
    [TestCase("score", "/v1/signals")]
    [TestCase("webhooks", "/v1/webhooks/event-types")]
    public async Task Whoever_could_read_it_still_can(string scope, string path)
    {
        using var client = await ClientAsync(scope);
        using var response = await client.GetAsync(path);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task The_figures_of_ingestion_hold_no_content_and_stay_with_those_who_ingest()
    {
        using var response = await _ingester.GetAsync("/v1/ingestion/stats");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private async Task<HttpClient> ClientAsync(string scope) => _service.CallerWith(await _service.CreateKeyAsync(scope, scope));
}
