using System.Net;
using System.Text.Json;
using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Accounts;

/// <summary>
/// An erasure drops the events that were accepted before it and no event that was accepted after its answer, even if the clocks of the
/// processes differ.
/// </summary>
public sealed class ErasureOrderTests(StoreKind kind) : StoreFixture(kind)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    private ManualTimeProvider _clock = null!;

    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _clock = new ManualTimeProvider(Now);
        _service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);
        await _service.PutAsync("/v1/accounts/gone", new { name = "Gone" });
    }

    [TearDown]
    public async Task StopAsync() => await _service.DisposeAsync();

    [Test]
    public async Task An_event_accepted_before_an_erasure_is_dropped_even_if_the_account_is_created_again()
    {
        await PostAsync("before");
        await EraseAsync();
        await _service.PutAsync("/v1/accounts/gone", new { name = "Another" });
        await PostAsync("after");
        await _service.IntakeAsync(await _service.Services.GetWaitingAsync());
        Assert.That(await EventsAsync(), Is.EqualTo(new[] { "after" }));
        var stats = await _service.GetAsync("/v1/ingestion/stats");
        Assert.That(
            (stats.GetProperty("dropped").GetInt64(), stats.GetProperty("processed").GetInt64()), Is.EqualTo((1, 1)),
            "the dropped event is counted");
    }

    [Test]
    public async Task An_event_accepted_after_an_erasure_is_processed_even_if_its_clock_is_behind()
    {
        await EraseAsync();
        _clock.JumpTo(Now.AddSeconds(-30));
        await PostAsync("after");
        await _service.IntakeAsync(await _service.Services.GetWaitingAsync());
        Assert.That(await EventsAsync(), Is.EqualTo(new[] { "after" }));
        Assert.That((await _service.GetAsync("/v1/accounts/gone")).GetProperty("id").GetString(), Is.EqualTo("gone"));
    }

    [Test]
    public async Task An_event_accepted_before_an_erasure_is_dropped_even_if_its_clock_is_ahead()
    {
        _clock.JumpTo(Now.AddSeconds(30));
        await PostAsync("before");
        _clock.JumpTo(Now);
        await EraseAsync();
        await _service.IntakeAsync(await _service.Services.GetWaitingAsync());
        Assert.That(await EventsAsync(), Is.Empty);
    }

    private Task<JsonElement> PostAsync(string id) =>
        _service.PostAsync("/v1/events", new { id, type = "usage.login", accountId = "gone", data = new { userId = "u1" } });

    private async Task EraseAsync()
    {
        using var deleted = await _service.Client.DeleteAsync("/v1/accounts/gone");
        Assert.That(deleted.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
    }

    private async Task<string[]> EventsAsync() =>
        [.. await _service.Database.ReadAsync(
            connection => connection.QueryAsync<string>("SELECT id FROM events ORDER BY id"), CancellationToken.None)];
}
