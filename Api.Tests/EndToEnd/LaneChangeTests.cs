using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Broker;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>Events in the broker's queues when the number of lanes is reduced or an account is erased.</summary>
internal sealed class LaneChangeTests
{
    private const int Accounts = 40;

    private TempFolder _folder = null!;

    private string _uri = null!;

    [SetUp]
    public void Prepare() => (_folder, _uri) = (new TempFolder(), RabbitMqBroker.Shared.NewUri());

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public async Task Events_in_former_lanes_are_applied()
    {
        await using (var before = await StartAsync("api", 8))
            await before.PostAsync("/v1/events", Enumerable.Range(0, Accounts).Select(number => Login($"a{number}", "before")));
        await using var after = await StartAsync("api,worker", 2);
        await after.PostAsync("/v1/events", Enumerable.Range(0, Accounts).Select(number => Login($"a{number}", "after")));
        var stats = await Eventually.GetAsync(
            () => after.GetAsync("/v1/ingestion/stats"), seen => Number(seen, "processed") == 2 * Accounts, "the former lanes are drained");
        Assert.That((Number(stats, "accepted"), Number(stats, "pending"), Number(stats, "balance")), Is.EqualTo((2 * Accounts, 0, 0)));
    }

    [Test]
    public async Task Events_in_former_lanes_that_the_store_does_not_list_are_applied()
    {
        await using (var before = await StartAsync("api", 8))
        {
            await before.PostAsync("/v1/events", Enumerable.Range(0, Accounts).Select(number => Login($"a{number}", "before")));
            // An older version does not store its lanes, nor does a process that publishes while the store is unavailable.
            await before.Database.ExecuteAsync("DELETE FROM settings WHERE name LIKE 'lanes:%'");
        }

        await using var after = await StartAsync("api,worker", 2);
        await Eventually.GetAsync(
            () => after.GetAsync("/v1/ingestion/stats"),
            seen => Number(seen, "processed") == Accounts && Number(seen, "pending") == 0,
            "the former lanes are drained");
    }

    [Test]
    public async Task Readiness_names_former_lanes_while_events_wait_in_them()
    {
        await using (var before = await StartAsync("api", 8))
            await before.PostAsync("/v1/events", Enumerable.Range(0, Accounts).Select(number => Login($"a{number}", "before")));
        await using (var api = await StartAsync("api", 2))
        {
            await Eventually.GetAsync(
                () => api.GetAsync("/health/ready"), seen => Former(seen).SequenceEqual([2, 3, 4, 5, 6, 7]), "the former lanes are named");
        }

        await using var worker = await StartAsync("api,worker", 2);
        await Eventually.GetAsync(() => worker.GetAsync("/health/ready"), seen => !Former(seen).Any(), "the former lanes are drained");
    }

    [TestCase(8)]
    [TestCase(3)]
    public async Task An_erasure_drops_events_that_wait_in_the_broker_but_no_event_accepted_after_it(int partitions)
    {
        await using (var other = await StartAsync("api", 8)) await other.PostAsync("/v1/events", Login("gone", "elsewhere"));
        await using (var api = await StartAsync("api", partitions))
        {
            await api.PutAsync("/v1/accounts/gone", new { name = "Gone" });
            await api.PostAsync("/v1/events", Login("gone", "before"));
            using var erased = await api.Client.DeleteAsync("/v1/accounts/gone");
            Assert.That(erased.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            await api.PutAsync("/v1/accounts/gone", new { name = "Another" });
            await api.PostAsync("/v1/events", Login("gone", "after"));
        }

        await using (var other = await StartAsync("api", 8)) await other.PostAsync("/v1/events", Login("gone", "elsewhere after"));
        await using var worker = await StartAsync("api,worker", partitions);
        var stats = await Eventually.GetAsync(
            () => worker.GetAsync("/v1/ingestion/stats"), seen => Number(seen, "processed") == 2,
                "the events accepted after the erasure are applied");
        Assert.That(
            (Number(stats, "dropped"), Number(stats, "accepted"), Number(stats, "balance")), Is.EqualTo((2, 4, 0)),
            "the events accepted before the erasure are dropped and counted");
        var signals = await worker.GetAsync("/v1/accounts/gone/signals");
        Assert.That(signals.GetProperty("signals").GetProperty("logins30").GetProperty("value").GetDouble(), Is.EqualTo(2));
    }

    [Test]
    public async Task An_erasure_is_503_with_Retry_After_while_the_broker_is_down()
    {
        var away = "amqp://guest:guest@127.0.0.1:1/";
        await using var api =
            await TestService.StartAsync(["Roles=api", "Messaging:Transport=RabbitMq", $"Messaging:RabbitMq:Uri={away}"], folder: _folder);
        await api.PutAsync("/v1/accounts/kept", new { name = "Kept" });
        using var refused = await api.Client.DeleteAsync("/v1/accounts/kept");
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(refused.Headers.RetryAfter, Is.Not.Null);
        Assert.That((await api.GetAsync("/v1/accounts/kept")).GetProperty("name").GetString(), Is.EqualTo("Kept"));
    }

    private Task<TestService> StartAsync(string roles, int partitions) => TestService.StartAsync(
        [$"Roles={roles}", "Messaging:Transport=RabbitMq", $"Messaging:RabbitMq:Uri={_uri}", $"Messaging:Partitions={partitions}"],
        folder: _folder);

    private static object Login(string account, string id) =>
        new { id = $"{account} {id}", type = "usage.login", accountId = account, data = new { userId = "u1" } };

    private static IEnumerable<int> Former(JsonElement readiness) =>
        readiness.GetProperty("checks").GetProperty("formerLanes").EnumerateArray().Select(lane => lane.GetInt32());

    private static long Number(JsonElement stats, string name) => stats.GetProperty(name).GetInt64();
}
