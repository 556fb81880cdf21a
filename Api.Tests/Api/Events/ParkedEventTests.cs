using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Events;

/// <summary>Parked events can be listed, retried and discarded; the ingestion statistics count them.</summary>
internal sealed class ParkedEventTests(StoreKind kind) : StoreFixture(kind)
{
    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, ["Roles=api"]);

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task A_retry_processes_the_event_and_unparks_it()
    {
        var id = await _service.ParkAsync("one");
        Assert.That(await StatsAsync(), Is.EqualTo("accepted 1, processed 0, duplicates 0, parked 1, discarded 0"));
        Assert.That(
            (await _service.PostAsync($"/v1/ingestion/parked/{id}/retry")).GetProperty("result").GetString(), Is.EqualTo("processed"));
        Assert.That(await StatsAsync(), Is.EqualTo("accepted 1, processed 1, duplicates 0, parked 0, discarded 0"));
        Assert.That((await _service.GetAsync("/v1/accounts/acme/timeline")).GetProperty("data").GetArrayLength(), Is.EqualTo(1));
        Assert.That(
            (await StatusAsync($"/v1/ingestion/parked/{id}/retry")).Status, Is.EqualTo(HttpStatusCode.NotFound), "it is no longer parked");
    }

    [Test]
    public async Task A_retry_of_an_event_that_was_processed_before_is_a_duplicate()
    {
        await _service.PostAsync($"/v1/ingestion/parked/{await _service.ParkAsync("one")}/retry");
        Assert.That(
            (await _service.PostAsync($"/v1/ingestion/parked/{await _service.ParkAsync("one")}/retry")).GetProperty("result").GetString(),
            Is.EqualTo("duplicate"));
    }

    [Test]
    public async Task A_retry_that_fails_is_a_conflict_and_the_event_stays_parked()
    {
        var good = await _service.ParkAsync("one");
        await _service.IntakeAsync([new byte[] { 1, 2, 3 }]);
        var bad = (await _service.ListAsync("/v1/ingestion/parked"))
            .Single(entry => entry.GetProperty("event").ValueKind == JsonValueKind.Null);
        var (status, type) = await StatusAsync($"/v1/ingestion/parked/{bad.GetProperty("id")}/retry");
        Assert.That((status, type), Is.EqualTo((HttpStatusCode.Conflict, "/problems/conflict")));
        Assert.That(
            (await _service.ListAsync("/v1/ingestion/parked")).Select(entry => entry.GetProperty("id").GetString()),
            Does.Contain(good).And.Contain(bad.GetProperty("id").GetString()));
    }

    [Test]
    public async Task A_discarded_event_is_removed_and_counted()
    {
        foreach (var name in (string[])["one", "two"])
        {
            Assert.That(
                (await StatusAsync($"/v1/ingestion/parked/{await _service.ParkAsync(name)}/discard")).Status,
                Is.EqualTo(HttpStatusCode.NoContent));
        }

        Assert.That(await StatsAsync(), Is.EqualTo("accepted 2, processed 0, duplicates 0, parked 0, discarded 2"));
        Assert.That((await StatusAsync("/v1/ingestion/parked/prk_none/discard")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Parked_events_are_paged_and_filtered_by_account_and_source()
    {
        foreach (var number in Enumerable.Range(0, 5)) await _service.ParkAsync($"e{number}", number % 2 == 0 ? "acme" : "globex");
        var first = await _service.GetAsync("/v1/ingestion/parked?limit=3");
        var second = await _service.GetAsync($"/v1/ingestion/parked?limit=3&cursor={first.GetProperty("nextCursor")}");
        Assert.That(
            first.GetProperty("data").EnumerateArray().Concat(second.GetProperty("data").EnumerateArray())
                .Select(entry => entry.GetProperty("event").GetProperty("id").GetString()),
            Is.EquivalentTo((string[])["e0", "e1", "e2", "e3", "e4"]));
        Assert.That(second.GetProperty("nextCursor").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(await _service.ListAsync("/v1/ingestion/parked?accountId=globex&source=crm"), Has.Count.EqualTo(2));
        Assert.That(await _service.ListAsync("/v1/ingestion/parked?source=nobody"), Is.Empty);
    }

    [Test]
    public async Task The_error_of_a_parked_event_contains_no_internals()
    {
        var envelope = EventReader.Read(
            """{"id":"odd","type":"usage.login","accountId":"acme"}"""u8,
            new EventContext(DateTimeOffset.UtcNow, TimeSpan.FromDays(1), "crm", null, null)).Envelope!;
        await _service.IntakeAsync([EventBatchCodec.Encode([envelope with { Type = EventType.NpsResponded }])]);
        Assert.That(
            (await _service.ListAsync("/v1/ingestion/parked")).Single().GetProperty("error").GetString(),
            Does.StartWith("Event data breaks a rule at /data/score"));
    }

    private async Task<string> StatsAsync()
    {
        var stats = await _service.GetAsync("/v1/ingestion/stats");
        return string.Join(
            ", ",
            ((string[])["accepted", "processed", "duplicates", "parked", "discarded"]).Select(name => $"{name} {stats.GetProperty(name)}"));
    }

    private async Task<(HttpStatusCode Status, string? Type)> StatusAsync(string path)
    {
        using var response = await _service.Client.PostAsync(path, null);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? null : JsonElement.Parse(text).GetProperty("type").GetString());
    }
}
