using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Webhooks.Subscriptions;

/// <summary>A subscription is deleted with all its deliveries, and no transaction deletes more than one chunk of them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SubscriptionDeletionTests(StoreKind kind) : StoreFixture(kind)
{
    private const int Deliveries = (2 * DeliveryPruning.ChunkSize) + 7;

    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, ["Roles=api"]);

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task The_deliveries_of_a_deleted_subscription_are_deleted_in_chunks_and_those_of_others_stay()
    {
        var (gone, other) = (await SubscribeAsync(), await SubscribeAsync());
        await QueueAsync(gone, other);
        var counted = new CountedWrites(_service.Database);
        Assert.That(await Over(counted).DeleteAsync(gone, CancellationToken.None), Is.EqualTo(WriteStatus.Deleted));
        Assert.That(counted.Rows, Has.Count.GreaterThan(3).And.All.LessThanOrEqualTo(DeliveryPruning.ChunkSize));
        Assert.That(await CountAsync(gone), Is.Zero);
        Assert.That(await CountAsync(other), Is.EqualTo(Deliveries));
        Assert.That(await MessagesAsync(), Is.EqualTo(Deliveries), "the other subscription needs them too");
        Assert.That(await Over(counted).FindAsync(gone, CancellationToken.None), Is.Null);
        Assert.That(await Over(counted).DeleteAsync(gone, CancellationToken.None), Is.EqualTo(WriteStatus.NotFound));
    }

    [Test]
    public async Task After_an_interrupted_deletion_nothing_is_sent_and_a_second_request_finishes_it()
    {
        var id = await SubscribeAsync();
        await QueueAsync(id);
        var dying = Over(new CountedWrites(_service.Database) { Last = 2 });
        Assert.That(() => dying.DeleteAsync(id, CancellationToken.None), Throws.InstanceOf<StoreUnavailableException>());
        Assert.That(await CountAsync(id), Is.EqualTo(Deliveries - DeliveryPruning.ChunkSize));
        Assert.That(
            await ActivatorUtilities.CreateInstance<OutboxQueue>(_service.Services).DueAsync(CancellationToken.None), Is.Empty,
            "no dispatcher takes any of them");
        Assert.That(await Over(_service.Database).DeleteAsync(id, CancellationToken.None), Is.EqualTo(WriteStatus.Deleted));
        Assert.That(await CountAsync(id), Is.Zero);
        Assert.That(await MessagesAsync(), Is.Zero, "no other subscription needs them");
    }

    private WebhookSubscriptionStore Over(IDatabase database) =>
        ActivatorUtilities.CreateInstance<WebhookSubscriptionStore>(_service.Services, database);

    private async Task<string> SubscribeAsync() =>
        (await _service.PostAsync(
            "/v1/webhooks", new { url = "http://127.0.0.1:50009/", eventTypes = new[] { "health.threshold_crossed" } })).GetProperty("id")
            .GetString()!;

    private Task<int> QueueAsync(params string[] subscriptions)
    {
        var now = DateTimeOffset.UtcNow;
        var messages = Enumerable.Range(0, Deliveries)
            .Select(n => new WebhookMessage($"msg_{n}", "health.threshold_crossed", "acme", now, "{}", null)).ToList();
        var deliveries = messages.SelectMany(
            message => subscriptions.Select(id => new QueuedDelivery(message.Id, id, message.AccountId, DeliveryStatus.Pending, now)))
            .ToList();
        var sql = _service.Services.GetRequiredService<IOutboxSql>();
        return _service.Database.WriteAsync(
            transaction => sql.InsertIfAbsentAsync(transaction, messages, deliveries), CancellationToken.None);
    }

    private Task<long> MessagesAsync() => _service.Database.ScalarAsync<long>("SELECT COUNT(*) FROM webhook_messages");

    private Task<long> CountAsync(string id) => _service.Database.ScalarAsync<long>(
        "SELECT COUNT(*) FROM webhook_deliveries WHERE subscription_id = @Id", new { Id = id });
}
