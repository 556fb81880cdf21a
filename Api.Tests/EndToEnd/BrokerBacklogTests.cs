using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Broker;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>Events that wait in the broker's queues count towards the backlog, like those in the lane table.</summary>
internal sealed class BrokerBacklogTests
{
    private const int Most = 10;

    [Test]
    public async Task Events_beyond_the_backlog_in_the_broker_are_refused_until_a_worker_has_processed_some()
    {
        using var folder = new TempFolder();
        var uri = RabbitMqBroker.Shared.NewUri();
        await using (var api = await StartAsync(folder, uri, "api"))
        {
            await api.PostAsync("/v1/events", Enumerable.Range(0, Most).Select(Login).ToArray());
            var stats = await Eventually.GetAsync(
                () => StatsAsync(api), seen => Pending(seen) >= Most && seen.GetProperty("queues").GetArrayLength() > 0,
                "the events in the broker are counted");
            Assert.That(
                (await api.Services.GetRequiredService<ILaneTable>().BacklogAsync(CancellationToken.None)).Events, Is.Zero,
                "no event was spilled to the lane table");
            Assert.That(
                stats.GetProperty("queues").EnumerateArray().Sum(queue => queue.GetProperty("batches").GetInt64()), Is.GreaterThan(0));
            await RefusedAsync(api);
        }

        // A process that has published nothing itself counts them too.
        await using var fresh = await StartAsync(folder, uri, "api");
        await RefusedAsync(fresh);
        await using (await StartAsync(folder, uri, "worker"))
        {
            await Eventually.GetAsync(() => StatsAsync(fresh), seen => Pending(seen) == 0, "a worker has processed all events");
            using var accepted = await Eventually.GetAsync(
                () => PostAsync(fresh, Most), answer => answer.StatusCode == HttpStatusCode.Accepted, "events are accepted again");
        }
    }

    private static Task<TestService> StartAsync(TempFolder folder, string uri, string role) => TestService.StartAsync(
        [$"Roles={role}", "Messaging:Transport=RabbitMq", $"Messaging:RabbitMq:Uri={uri}", "Messaging:Partitions=1",
        $"Limits:Backlog={Most}"], folder: folder);

    private static async Task RefusedAsync(TestService api)
    {
        var number = 1_000;
        using var refused = await Eventually.GetAsync(
            () => PostAsync(api, number++), answer => answer.StatusCode != HttpStatusCode.Accepted, "the backlog is full");
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That((await refused.ReadJsonAsync()).GetProperty("type").GetString(), Is.EqualTo("/problems/overloaded"));
        Assert.That(refused.Headers.RetryAfter!.Delta, Is.GreaterThan(TimeSpan.Zero));
    }

    private static object Login(int number) => new { id = $"e{number}", type = "usage.login", accountId = "acme" };

    private static Task<HttpResponseMessage> PostAsync(TestService service, int number) =>
        service.PostTextAsync("/v1/events", JsonSerializer.Serialize(Login(number)));

    private static Task<JsonElement> StatsAsync(TestService service) => service.GetAsync("/v1/ingestion/stats");

    private static long Pending(JsonElement stats) => stats.GetProperty("pending").GetInt64();
}
