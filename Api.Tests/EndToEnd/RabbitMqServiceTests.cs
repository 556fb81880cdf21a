using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Broker;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>The whole service with its lanes on RabbitMQ, tested over HTTP.</summary>
internal sealed class RabbitMqServiceTests
{
    private const int Senders = 4;

    [Test]
    public async Task Events_are_applied_through_the_broker()
    {
        await using var service = await StartAsync(RabbitMqBroker.Shared.NewUri());
        Assert.That((await service.GetAsync("/health/ready")).GetProperty("status").GetString(), Is.EqualTo("ready"));

        await service.PostAsync("/v1/events", Enumerable.Range(0, 500).Select(number => Login($"e{number}")).ToArray());

        await AppliedAsync(service, 500);
    }

    [Test]
    public async Task Without_a_broker_the_service_is_degraded_and_loses_nothing()
    {
        var uri = RabbitMqBroker.Shared.NewUri();
        RabbitMqBroker.Shared.Kill();
        await using var service = await StartAsync(uri);
        Assert.That((await service.GetAsync("/health/ready")).GetProperty("status").GetString(), Is.EqualTo("degraded"));

        await service.PostAsync("/v1/events", Login("while-away"));
        await AppliedAsync(service, 1);

        RabbitMqBroker.Shared.Restart();
        await Eventually.GetAsync(
            async () =>
                (await service.GetAsync("/health/ready")).GetProperty("status").GetString(), status => status == "ready",
                    "the service is connected to the broker");
        await service.PostAsync("/v1/events", Login("afterwards"));
        await AppliedAsync(service, 2);
    }

    [Test]
    public async Task A_broker_killed_and_restarted_under_load_loses_no_event_and_refuses_no_request()
    {
        await using var service = await StartAsync(RabbitMqBroker.Shared.NewUri());
        var acknowledged = new ConcurrentBag<string>();
        using var enough = new CancellationTokenSource();
        var load = Enumerable.Range(0, Senders).Select(sender => SendAsync(service, sender, acknowledged, enough.Token)).ToArray();
        await Eventually.TrueAsync(() => acknowledged.Count > 200, "the service is under load");
        RabbitMqBroker.Shared.Kill();
        var before = acknowledged.Count;
        await Eventually.TrueAsync(() => acknowledged.Count > before + 200, "events are accepted without the broker");
        RabbitMqBroker.Shared.Restart();
        before = acknowledged.Count;
        await Eventually.TrueAsync(() => acknowledged.Count > before + 200, "events are accepted with the restarted broker");
        await enough.CancelAsync();
        await Task.WhenAll(load);

        await AppliedAsync(service, acknowledged.Count);
    }

    private static Task<TestService> StartAsync(string uri) =>
        TestService.StartAsync(["Messaging:Transport=RabbitMq", $"Messaging:RabbitMq:Uri={uri}"]);

    private static object Login(string id) =>
        new { id, type = "usage.login", accountId = $"account-{id.Length}", data = new { userId = "u" } };

    private static async Task SendAsync(TestService service, int sender, ConcurrentBag<string> acknowledged, CancellationToken enough)
    {
        for (var number = 0; !enough.IsCancellationRequested; number++)
        {
            var id = $"s{sender}-{number}";
            using var response = await service.Client.PostAsJsonAsync("/v1/events", Login(id), CancellationToken.None);
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), "requests are accepted while the broker is down");
            acknowledged.Add(id);
        }
    }

    private static Task<long> AppliedAsync(TestService service, int events) => Eventually.GetAsync(
        () => service.Database.ScalarAsync<long>("SELECT COUNT(*) FROM events"),
        applied => applied == events,
        $"{events} events are applied, each once");
}
