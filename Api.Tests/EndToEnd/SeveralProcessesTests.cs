using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthApi.Api.Tests.Infrastructure.Database;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>
/// Two API processes and three workers share one SQL Server database: no event or update is lost, and none is applied twice.
/// </summary>
public sealed class SeveralProcessesTests : SqlServerFixture
{
    private const int Apis = 2, Workers = 3, Accounts = 24, Requests = 60, EventsPerRequest = 10;

    /// <summary>A fixed time, so that an event that is sent again has the same content.</summary>
    private static readonly DateTimeOffset Yesterday = DateTimeOffset.UtcNow.AddDays(-1);

    private readonly ServiceProcess?[] _processes = new ServiceProcess?[Apis + Workers];
    private TempFolder _folder = null!;
    private TestStore _store = null!;
    private WebhookReceiver _receiver = null!;

    [SetUp]
    public async Task StartAsync()
    {
        (_folder, _store, _receiver) = (new TempFolder(), TestStore.Create(StoreKind.SqlServer), await WebhookReceiver.StartAsync());
        var roles = Enumerable.Repeat("api", Apis).Concat(Enumerable.Repeat("worker", Workers));
        await Task.WhenAll(roles.Select(async (role, at) =>
            _processes[at] = await ServiceProcess.StartAsync(_folder, ServiceProcess.FreePort(), _store, $"--Roles={role}")));
        await PostAsync(
            0, "/v1/webhooks", new { url = _receiver.Url, eventTypes = new[] { "churn_risk.threshold_crossed" } }, HttpStatusCode.Created);
    }

    [TearDown]
    public async Task StopAsync()
    {
        foreach (var process in _processes) process?.Dispose();
        await _receiver.DisposeAsync();
        _store.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task Every_event_counts_once_every_crossing_is_sent_once_and_no_update_is_lost()
    {
        await PostAsync(
            0, "/v1/events", Enumerable.Range(0, Accounts).Select(account => Event($"first-{account}", account, "usage.login")),
            HttpStatusCode.Accepted);
        await SettledAsync(Accounts);
        var load = Enumerable.Range(0, Requests)
            .Select(request => PostAsync(request % Apis, "/v1/events", Batch(request), HttpStatusCode.Accepted));
        var profiles = Enumerable.Range(0, Accounts).Select(account => PutAsync(account % Apis, account));
        await Task.WhenAll(load.Concat(profiles));
        await SettledAsync(Accounts + (Requests * EventsPerRequest));
        await AssertCountedOnceAsync();
        await AssertSentOnceAsync();
    }

    /// <summary>All requests concern the same accounts. Half of the events of each request were also in the previous request.</summary>
    private static IEnumerable<object> Batch(int request) => Enumerable.Range(request * EventsPerRequest / 2, EventsPerRequest)
        .Select(number => Event($"e{number}", number % Accounts, number % 40 == 0 ? "relationship.champion_left" : "usage.login"));

    private static object Event(string id, int account, string type) =>
        new { id, type, accountId = $"a{account}", source = "load", occurredAt = Yesterday, data = new { userId = "u1" } };

    private async Task AssertCountedOnceAsync()
    {
        var stats = await GetAsync("/v1/ingestion/stats");
        var events = await _store.QueryAsync<(string Account, long Logins)>(
            "SELECT account_id, COUNT(*) FROM events WHERE type = 1 GROUP BY account_id");
        Assert.That(
            stats.GetProperty("processed").GetInt64(), Is.EqualTo((await _store.QueryAsync<long>("SELECT COUNT(*) FROM events"))[0]),
            "every stored event is counted");
        Assert.That(
            stats.GetProperty("accepted").GetInt64(), Is.EqualTo(Accounts + (Requests * EventsPerRequest)),
            "every posted event is counted as accepted");
        Assert.That(stats.GetProperty("parked").GetInt64(), Is.Zero);
        Assert.That(stats.GetProperty("balance").GetInt64(), Is.Zero,
            "every accepted event is processed, a duplicate, a conflict, parked or dropped");
        foreach (var (account, logins) in events)
        {
            var signals = await GetAsync($"/v1/accounts/{account}/signals");
            Assert.That(
                signals.GetProperty("signals").GetProperty("logins30").GetProperty("value").GetDouble(), Is.EqualTo(logins),
                $"{account}: each event is folded once");
            Assert.That(
                (await GetAsync($"/v1/accounts/{account}")).GetProperty("name").GetString(), Is.EqualTo("Named"),
                "the profile was not overwritten");
        }
    }

    private async Task AssertSentOnceAsync()
    {
        var crossings = await _store.QueryAsync<string>("SELECT id FROM crossings WHERE metric = 'churn_risk'");
        Assert.That(crossings, Is.Not.Empty);
        await Eventually.GetAsync(
            () => Task.FromResult(_receiver.Received.Count), count => count >= crossings.Count, "every crossing arrives");
        var sent = _receiver.Received.Select(webhook => webhook.Json.GetProperty("data").GetProperty("crossingId").GetString()!);
        Assert.That(sent, Is.EquivalentTo(crossings), "each crossing is sent once by one of three dispatchers");
    }

    /// <summary>Waits until all events are accepted and processed; other processes report their accepted events within a second.</summary>
    private Task<JsonElement> SettledAsync(long accepted) => Eventually.GetAsync(
        () => GetAsync("/v1/ingestion/stats"),
        stats => stats.GetProperty("accepted").GetInt64() >= accepted && stats.GetProperty("pending").GetInt64() == 0,
        "the lanes are drained");

    private Task<JsonElement> GetAsync(string path) => _processes[0]!.Client.GetFromJsonAsync<JsonElement>(path);

    private async Task PostAsync(int process, string path, object body, HttpStatusCode expected)
    {
        using var response = await _processes[process]!.Client.PostAsJsonAsync(path, body);
        Assert.That(response.StatusCode, Is.EqualTo(expected), await response.Content.ReadAsStringAsync());
    }

    private async Task PutAsync(int process, int account)
    {
        using var response = await _processes[process]!.Client.PutAsJsonAsync($"/v1/accounts/a{account}", new { name = "Named" });
        Assert.That(response.IsSuccessStatusCode, Is.True, await response.Content.ReadAsStringAsync());
    }
}
