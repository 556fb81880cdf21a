using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Broker;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>The main path on each transport: events are posted over HTTP, and a real receiver gets signed webhooks.</summary>
[TestFixture("InProcess")]
[TestFixture("RabbitMq")]
public sealed class BothTransportsTests(string transport)
{
    private const int Posts = 40;

    [Test]
    public async Task Shuffled_and_repeated_events_cause_one_message_per_crossing()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var service = await TestService.StartAsync(Settings());
        var secret = await SubscribeAsync(service, receiver);
        await service.PutAsync("/v1/accounts/acme", new { name = "Acme", coreFeatures = new[] { "reports" } });
        await service.PostAsync("/v1/events", new object[]
        {
            new { id = "b1", type = "usage.feature_used", accountId = "acme", data = new { userId = "u1", feature = "reports" } },
            new { id = "b2", type = "billing.invoice_paid", accountId = "acme", data = new { invoiceId = "i1" } },
            new { id = "b3", type = "ticket.opened", accountId = "acme", data = new { ticketId = "t1", sentiment = "positive" } },
        });
        await AppliedAsync(service, 3);

        object[] bad =
        [
            new { id = "e1", type = "ticket.escalated", accountId = "acme", data = new { ticketId = "t1" } },
            new { id = "e2", type = "relationship.champion_left", accountId = "acme" },
            new { id = "e3", type = "relationship.budget_cut", accountId = "acme" },
        ];
        var shuffled = Enumerable.Range(0, Posts).Select(number => bad[number % bad.Length]).ToArray();
        new Random(7).Shuffle(shuffled);
        await Task.WhenAll(shuffled.Select(body => service.PostAsync("/v1/events", body)));
        await AppliedAsync(service, 6);

        string[] expected = ["churn_risk:high", "churn_risk:medium", "lifecycle:healthy"];
        await Eventually.TrueAsync(() => Thresholds(receiver).SequenceEqual(expected), "each threshold is in exactly one webhook");
        await service.PostAsync("/v1/events", bad);
        await service.PostAsync("/v1/events", new { id = "last", type = "usage.login", accountId = "other" });
        await AppliedAsync(service, 7);
        Assert.That(Thresholds(receiver), Is.EqualTo(expected), "no crossing is sent twice");
        Assert.That(
            receiver.Received.All(webhook => webhook.IsSignedBy(secret, TimeProvider.System.GetUtcNow())), Is.True,
            "each webhook is signed");
    }

    private static async Task<string> SubscribeAsync(TestService service, WebhookReceiver receiver)
    {
        var eventTypes = new[] { "health.threshold_crossed", "churn_risk.threshold_crossed" };
        return (await service.PostAsync("/v1/webhooks", new { url = receiver.Url.ToString(), eventTypes })).GetProperty("secret")
            .GetString()!;
    }

    internal static Task AppliedAsync(TestService service, int events) => Eventually.GetAsync(
        () => service.Database.ScalarAsync<int>("SELECT COUNT(*) FROM events"),
        applied => applied >= events,
        $"{events} events are applied");

    private static IEnumerable<string> Thresholds(WebhookReceiver receiver) => receiver.Received
        .DistinctBy(webhook => webhook.MessageId)
        .SelectMany(webhook => webhook.Json.GetProperty("data").GetProperty("passed").EnumerateArray().Select(name => name.GetString()!))
        .Order(StringComparer.Ordinal);

    private string[] Settings() => transport == "InProcess"
        ? ["Messaging:Transport=InProcess"]
        : ["Messaging:Transport=RabbitMq", $"Messaging:RabbitMq:Uri={RabbitMqBroker.Shared.NewUri()}"];
}
