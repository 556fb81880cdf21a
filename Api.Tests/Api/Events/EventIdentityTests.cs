using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Events;

/// <summary><c>(source, id)</c> identifies an event; source and time have defaults.</summary>
internal sealed class EventIdentityTests(StoreKind kind) : StoreFixture(kind)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 9, 30, 0, TimeSpan.Zero);

    private ManualTimeProvider _clock = null!;
    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, clock: _clock = new ManualTimeProvider(Start));

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task The_source_defaults_to_the_name_of_the_key_and_the_time_to_now()
    {
        var key = await _service.CreateKeyAsync("crm sync", "ingest");
        using var message = new HttpRequestMessage(
            HttpMethod.Post, "/v1/events")
        { Content = TestRequests.Text("""{"id":"plain","type":"usage.login","accountId":"a"}""") };
        message.Headers.Authorization = Callers.BearerOf(key);
        using var response = await _service.Client.SendAsync(message);
        var entry = (await TimelineAsync("a")).Single();
        Assert.That(entry.GetProperty("source").GetString(), Is.EqualTo("crm sync"));
        Assert.That(entry.GetProperty("at").GetString(), Is.EqualTo("2026-11-20T09:30:00Z"));
    }

    [TestCase("2026-11-20T10:30:00.1234567+01:00", "2026-11-20T09:30:00.123456Z")]
    [TestCase("2026-11-20t09:34:59z", "2026-11-20T09:34:59Z")]
    [TestCase("2026-11-20T09:35:00Z", "2026-11-20T09:35:00Z")]
    [TestCase("2025-10-16T09:30:00Z", "2025-10-16T09:30:00Z")]
    public async Task Times_are_accepted_with_any_offset_and_shown_in_UTC(string given, string shown)
    {
        await SendAsync($$"""{"id":"timed","type":"usage.login","accountId":"a","occurredAt":"{{given}}"}""");
        Assert.That((await TimelineAsync("a")).Single().GetProperty("at").GetString(), Is.EqualTo(shown));
    }

    [TestCase("2026-11-20T09:35:00.000001Z", "More than 5 minutes ahead of the service's clock.")]
    [TestCase("2025-10-16T09:29:59.999999Z", "Older than the retention of 400 days.")]
    public async Task An_event_too_far_in_the_future_or_older_than_the_retention_is_refused(string time, string detail)
    {
        using var response =
            await _service.PostTextAsync("/v1/events", $$"""{"id":"a","type":"usage.login","accountId":"a","occurredAt":"{{time}}"}""");
        Assert.That((int)response.StatusCode, Is.EqualTo(422));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain(detail));
    }

    [Test]
    public async Task A_duplicate_is_accepted_and_changes_nothing()
    {
        const string Event =
            """{"id":"same","type":"usage.feature_used","accountId":"a","occurredAt":"2026-11-20T09:00:00Z","data":{"feature":"reports","quantity":3}}""";
        await SendAsync(Event);
        var signals = await SignalsAsync();
        await SendAsync($"[{Event},{Event.Replace(",", " , ").Replace("2026-11-20T09:00:00Z", "2026-11-20T10:00:00+01:00")}]");
        var stats = await _service.GetAsync("/v1/ingestion/stats");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                stats.GetProperty("duplicates").GetInt64(), Is.EqualTo(2),
                    "white space and the offset of the time do not change the content");
            Assert.That(stats.GetProperty("conflicts").GetInt64(), Is.Zero);
            Assert.That(stats.GetProperty("processed").GetInt64(), Is.EqualTo(1));
            Assert.That(await TimelineAsync("a"), Has.Count.EqualTo(1));
            Assert.That(await SignalsAsync(), Is.EqualTo(signals));
        }
    }

    [Test]
    public async Task An_event_without_a_time_that_is_sent_later_again_is_a_duplicate()
    {
        const string Event = """{"id":"same","type":"usage.login","accountId":"a"}""";
        await SendAsync(Event);
        _clock.Advance(TimeSpan.FromHours(1));
        await SendAsync(Event);
        Assert.That((await _service.GetAsync("/v1/ingestion/stats")).GetProperty("duplicates").GetInt64(), Is.EqualTo(1));
        Assert.That(
            (await TimelineAsync("a")).Single().GetProperty("at").GetString(), Is.EqualTo("2026-11-20T09:30:00Z"),
                "the time of the first one stays");
    }

    [Test]
    public async Task The_same_id_with_another_content_is_a_conflict_and_the_first_event_stays()
    {
        await SendAsync("""{"id":"same","type":"nps.responded","accountId":"a","data":{"score":9}}""");
        await SendAsync("""{"id":"same","type":"nps.responded","accountId":"a","data":{"score":2}}""");
        var stats = await _service.GetAsync("/v1/ingestion/stats");
        var timeline = await TimelineAsync("a");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stats.GetProperty("conflicts").GetInt64(), Is.EqualTo(1));
            Assert.That(
                timeline.Select(entry => $"{entry.GetProperty("kind")} {entry.GetProperty("id")} {entry.GetProperty("data")}"),
                Is.EquivalentTo((string[])
            [
                """conflict same {"score":2}""",
                """event same {"score":9}""",
            ]));
            Assert.That(
                (await _service.GetAsync("/v1/accounts/a/signals")).GetProperty("signals").GetProperty("npsLatest").GetProperty("value")
                .GetDouble(), Is.EqualTo(9));
        }
    }

    [Test]
    public async Task The_same_id_from_another_source_is_another_event()
    {
        await SendAsync(
            """[{"id":"same","source":"crm","type":"usage.login","accountId":"a"},{"id":"same","source":"app","type":"usage.login","accountId":"a"}]""");
        var stats = await _service.GetAsync("/v1/ingestion/stats");
        Assert.That(stats.GetProperty("processed").GetInt64(), Is.EqualTo(2));
        Assert.That(
            stats.GetProperty("sources").EnumerateArray()
                .Select(source => $"{source.GetProperty("source")} {source.GetProperty("events")} {source.GetProperty("lastOccurredAt")}"),
            Is.EqualTo((string[])["app 1 2026-11-20T09:30:00Z", "crm 1 2026-11-20T09:30:00Z"]));
    }

    [Test]
    public async Task An_event_for_an_unknown_account_creates_the_account_without_a_profile()
    {
        await SendAsync("""{"id":"first","type":"usage.login","accountId":"new here"}""");
        var account = await _service.GetAsync("/v1/accounts/new%20here");
        Assert.That(account.GetProperty("name").GetString(), Is.EqualTo("new here"));
        Assert.That(account.GetProperty("arr").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    private async Task SendAsync(string json)
    {
        using var response = await _service.PostTextAsync("/v1/events", json);
        Assert.That((int)response.StatusCode, Is.EqualTo(202), await response.Content.ReadAsStringAsync());
        await _service.SettledAsync();
    }

    private async Task<IReadOnlyList<JsonElement>> TimelineAsync(string account)
    {
        await _service.SettledAsync();
        return await _service.ListAsync($"/v1/accounts/{account}/timeline?kinds=event,conflict");
    }

    private async Task<string> SignalsAsync() => (await _service.GetAsync("/v1/accounts/a/signals")).GetProperty("signals").GetRawText();
}
