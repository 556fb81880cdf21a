using HealthApi.Api.Tests.Support.Broker;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary><c>kill -9</c> of the broker between requests: events are accepted meanwhile, and none is lost.</summary>
public sealed class BrokerOutageTests
{
    [Test]
    public async Task Events_posted_while_the_broker_is_killed_are_accepted_and_applied_once()
    {
        var broker = RabbitMqBroker.Shared;
        await using var service =
            await TestService.StartAsync(["Messaging:Transport=RabbitMq", $"Messaging:RabbitMq:Uri={broker.NewUri()}"]);
        await PostAsync(service, "before", 30);
        broker.Kill();
        await PostAsync(service, "while-away", 30);
        broker.Restart();
        await PostAsync(service, "after", 30);
        await BothTransportsTests.AppliedAsync(service, 90);
        var signals = await service.GetAsync("/v1/accounts/acme/signals");
        Assert.That(
            signals.GetProperty("signals").GetProperty("logins30").GetProperty("value").GetInt32(), Is.EqualTo(90),
            "each event counts exactly once");
    }

    private static async Task PostAsync(TestService service, string name, int count)
    {
        for (var number = 0; number < count; number++)
        {
            await service.PostAsync(
                "/v1/events", new { id = $"{name}-{number}", type = "usage.login", accountId = "acme", data = new { userId = "u1" } });
        }
    }
}
