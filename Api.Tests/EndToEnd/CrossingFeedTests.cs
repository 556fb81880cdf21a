using System.Collections.Concurrent;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Broker;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using MassTransit;
using NUnit.Framework;
using RabbitMQ.Client;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>The crossing feed: crossings are published on RabbitMQ with the facts of the webhooks, in order, at least once.</summary>
public sealed class CrossingFeedTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Exchange = "healthapi.threshold-crossed.v2", FormerExchange = "healthapi.threshold-crossed.v1";

    [Test]
    public async Task A_MassTransit_consumer_with_its_own_contract_gets_the_facts_of_the_webhook()
    {
        var uri = RabbitMqBroker.Shared.NewUri();
        await using var consumer = await Consumer.StartAsync(uri);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var service = await StartAsync(uri);
        await service.PostAsync(
            "/v1/webhooks", new { url = receiver.Url, eventTypes = new[] { "health.threshold_crossed", "churn_risk.threshold_crossed" } });
        await FallAsync(service, "acme");

        var messages = await consumer.WaitForAsync(2);
        var webhooks = (await receiver.WaitForAsync(2)).ToDictionary(webhook => webhook.MessageId);
        using (Assert.EnterMultipleScope())
        {
            foreach (var message in messages)
            {
                var data = webhooks[message.MessageId].Json.GetProperty("data");
                Assert.That(message.CrossingId, Is.EqualTo(data.GetProperty("crossingId").GetString()));
                Assert.That(message.Sequence, Is.EqualTo(data.GetProperty("sequence").GetInt64()));
                Assert.That(message.Direction, Is.EqualTo(data.GetProperty("direction").GetString()));
                Assert.That(message.Cause, Is.EqualTo(data.GetProperty("cause").GetString()));
                Assert.That(message.Bound, Is.EqualTo(data.GetProperty("bound").GetDouble()));
                Assert.That(message.Passed, Is.EqualTo(data.GetProperty("passed").EnumerateArray().Select(name => name.GetString())));
                Assert.That(message.To.Score, Is.EqualTo(data.GetProperty("to").GetProperty("score").GetDouble()));
                Assert.That(message.Account.Arr, Is.EqualTo(120_000m));
                Assert.That(message.At, Is.EqualTo(webhooks[message.MessageId].Json.GetProperty("timestamp").GetDateTimeOffset()));
            }

            Assert.That(messages.Select(message => message.Sequence), Is.EqualTo(new[] { 1, 2 }), "in order");
        }

        await PublishedAsync(service);
    }

    [Test]
    public async Task A_consumer_of_contract_version_1_still_gets_every_crossing()
    {
        var uri = RabbitMqBroker.Shared.NewUri();
        await using var connection = await new ConnectionFactory { Uri = new Uri(uri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(FormerExchange, ExchangeType.Fanout, durable: true);
        await channel.QueueDeclareAsync("former", durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync("former", FormerExchange, "");
        await using var service = await StartAsync(uri);
        await FallAsync(service, "acme");
        await service.PostAsync("/v1/events", new { id = "back", type = "relationship.champion_joined", accountId = "acme" });
        await PublishedAsync(service);

        var (thresholds, resolves) = (new List<string?>(), new List<string?>());
        for (var number = 0; number < 3; number++)
        {
            var taken = await Eventually.GetAsync(
                async () => await channel.BasicGetAsync("former", autoAck: true), message => message is not null, "a message");
            var message = JsonElement.Parse(taken!.Body.Span).GetProperty("message");
            resolves.Add(message.TryGetProperty("resolves", out var resolved) ? resolved.GetString() : null);
            thresholds.Add(message.GetProperty("threshold").GetString());
        }

        Assert.That(thresholds, Is.EqualTo(new[] { "lifecycle:healthy", "churn_risk:high", "churn_risk:medium" }));
        Assert.That(resolves, Is.EqualTo(new[] { null, null, resolves[2] }).And.Some.StartsWith("crs_"),
            "version 1 names at most one crossing");
    }

    [Test]
    public async Task The_envelope_is_as_documented()
    {
        var uri = RabbitMqBroker.Shared.NewUri();
        await using var connection = await new ConnectionFactory { Uri = new Uri(uri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Fanout, durable: true);
        await channel.QueueDeclareAsync("plain", durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync("plain", Exchange, "");
        await using var service = await StartAsync(uri);
        await FallAsync(service, "acme");

        var taken = await Eventually.GetAsync(
            async () => await channel.BasicGetAsync("plain", autoAck: true), message => message is not null, "a message");
        var envelope = JsonElement.Parse(taken!.Body.Span);
        var message = envelope.GetProperty("message");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(taken.BasicProperties.ContentType, Is.EqualTo("application/vnd.masstransit+json"));
            Assert.That(taken.BasicProperties.Persistent, Is.True);
            Assert.That(
                envelope.GetProperty("messageType").EnumerateArray().Select(type => type.GetString()),
                Is.EqualTo(new[] { "urn:healthapi:threshold-crossed:v2" }));
            Assert.That(
                Guid.Parse(envelope.GetProperty("messageId").GetString()!).ToString("N"),
                Is.EqualTo(message.GetProperty("messageId").GetString()!["msg_".Length..]));
            Assert.That(message.EnumerateObject().Select(member => member.Name), Is.SupersetOf((string[])[
                "messageId", "crossingId", "accountId", "sequence", "at", "metric", "threshold", "bound", "passed", "direction", "from",
                "to", "resolves", "cause", "model", "reasons", "account"]));
            Assert.That(message.GetProperty("account").GetProperty("arr").ToString(), Is.EqualTo("120000"));
        }
    }

    [Test]
    public async Task Crossings_wait_in_the_store_while_the_broker_is_down_and_are_published_afterwards()
    {
        var uri = RabbitMqBroker.Shared.NewUri();
        await using (await Consumer.StartAsync(uri)) { }
        await using var service = await StartAsync(uri);
        RabbitMqBroker.Shared.Kill();
        for (var number = 0; number < 5; number++) await FallAsync(service, $"account-{number}");
        Assert.That(await WaitingAsync(service), Is.EqualTo(10), "the crossings wait in the store");

        RabbitMqBroker.Shared.Restart();
        await using var consumer = await Consumer.StartAsync(uri);
        var messages = await consumer.WaitForAsync(10);
        await PublishedAsync(service);
        AreInOrder(messages, accounts: 5);
    }

    [Test]
    public async Task Two_workers_publish_everything_in_order()
    {
        var uri = RabbitMqBroker.Shared.NewUri();
        using var store = NewStore();
        await using var consumer = await Consumer.StartAsync(uri);
        await using var first = await StartAsync(uri, store);
        await using var second = await StartAsync(uri, store);
        for (var number = 0; number < 10; number++) await FallAsync(number % 2 == 0 ? first : second, $"account-{number}");

        var messages = await consumer.WaitForAsync(20);
        await PublishedAsync(first);
        AreInOrder(messages, accounts: 10);
    }

    [Test]
    public async Task Without_RabbitMQ_no_crossing_is_stored_for_the_feed()
    {
        await using var service = await TestService.StartAsync(Kind);
        await FallAsync(service, "acme");
        Assert.That(await WaitingAsync(service), Is.Zero);
    }

    /// <summary>Asserts that each account has its two crossings in order; a repeated crossing counts once.</summary>
    private static void AreInOrder(IReadOnlyList<ThresholdCrossed> messages, int accounts)
    {
        var sequences = messages.DistinctBy(message => message.CrossingId)
            .GroupBy(message => message.AccountId, message => message.Sequence);
        Assert.That(sequences.ToDictionary(account => account.Key, account => string.Join(' ', account)), Is.EqualTo(
            Enumerable.Range(0, accounts).ToDictionary(number => $"account-{number}", _ => "1 2")));
    }

    private Task<TestService> StartAsync(string uri, TestStore? store = null) =>
        TestService.StartAsync(Kind, ["Messaging:Transport=RabbitMq", $"Messaging:RabbitMq:Uri={uri}"], store: store);

    /// <summary>Makes an account healthy and then worse, which causes two crossings: one of health and one of churn risk.</summary>
    private static async Task FallAsync(TestService service, string account)
    {
        await service.PutAsync($"/v1/accounts/{account}", new { name = "Acme", arr = 120_000, coreFeatures = new[] { "reports" } });
        await service.PostAsync("/v1/events", new object[]
        {
            new { id = account + 1, type = "usage.feature_used", accountId = account, data = new { userId = "u1", feature = "reports" } },
            new { id = account + 2, type = "billing.invoice_paid", accountId = account, data = new { invoiceId = "i1" } },
            new { id = account + 3, type = "ticket.opened", accountId = account, data = new { ticketId = "t1", sentiment = "positive" } },
        });
        await AppliedAsync(service, account, 3);
        await service.PostAsync("/v1/events", new object[]
        {
            new { id = account + 4, type = "ticket.escalated", accountId = account, data = new { ticketId = "t1" } },
            new { id = account + 5, type = "relationship.champion_left", accountId = account },
        });
        await AppliedAsync(service, account, 5);
    }

    private static Task<int> AppliedAsync(TestService service, string account, int events) => Eventually.GetAsync(
        () => service.Database.ScalarAsync<int>("SELECT COUNT(*) FROM events WHERE account_id = @account", new { account }),
        applied => applied >= events,
        $"{events} events of {account} are applied");

    private static Task<long> WaitingAsync(TestService service) => service.Database.ScalarAsync<long>(
        "SELECT COUNT(*) FROM crossing_feed");

    private static Task<long> PublishedAsync(TestService service) =>
        Eventually.GetAsync(() => WaitingAsync(service), waiting => waiting == 0, "confirmed crossings are removed");

    /// <summary>A consumer in another application, with its own copy of the contract in docs/messages.md.</summary>
    private sealed class Consumer : IAsyncDisposable
    {
        private readonly ConcurrentQueue<ThresholdCrossed> _messages = new();
        private readonly IBusControl _bus;

        private Consumer(string uri) => _bus = Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            bus.Host(new Uri(uri));
            bus.ReceiveEndpoint("crm", endpoint =>
            {
                endpoint.PrefetchCount = 1;
                endpoint.Handler<ThresholdCrossed>(context =>
                {
                    _messages.Enqueue(context.Message);
                    return Task.CompletedTask;
                });
            });
        });

        public static async Task<Consumer> StartAsync(string uri)
        {
            var consumer = new Consumer(uri);
            await consumer._bus.StartAsync();
            return consumer;
        }

        public Task<IReadOnlyList<ThresholdCrossed>> WaitForAsync(int count) => Eventually.GetAsync(
            () => Task.FromResult<IReadOnlyList<ThresholdCrossed>>([.. _messages]),
            messages => messages.DistinctBy(message => message.CrossingId).Count() >= count,
            $"{count} crossings");

        public async ValueTask DisposeAsync() => await _bus.StopAsync();
    }
}

/// <summary>The consumer's contract. It is public because MassTransit treats non-public message types as temporary.</summary>
[MessageUrn("urn:healthapi:threshold-crossed:v2", useDefaultPrefix: false)]
[EntityName("healthapi.threshold-crossed.v2")]
public sealed record ThresholdCrossed(
    string MessageId, string CrossingId, string AccountId, long Sequence, DateTimeOffset At, string Metric, string Threshold, double Bound,
    IReadOnlyList<string> Passed, string Direction, ThresholdCrossed.Standing From, ThresholdCrossed.Standing To,
    IReadOnlyList<string> Resolves, string Cause, ThresholdCrossed.ModelReference Model,
    IReadOnlyList<ThresholdCrossed.Reason> Reasons, ThresholdCrossed.AccountFacts Account)
{
    public sealed record Standing(double? Score, string? Category, string? Level, DateTimeOffset? At);

    public sealed record ModelReference(string Id, int Version);

    public sealed record Reason(string? Component, string? Signal, decimal Change, string Detail);

    public sealed record AccountFacts(string Name, string Segment, decimal? Arr, string? Owner);
}
