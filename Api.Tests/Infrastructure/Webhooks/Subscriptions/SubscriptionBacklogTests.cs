using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Webhooks.Subscriptions;

/// <summary>
/// However many deliveries wait for a subscription, no transaction changes more than one chunk of them, and interrupted work is finished by
/// another process.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SubscriptionBacklogTests(StoreKind kind) : StoreFixture(kind)
{
    private const int Accounts = 700, Deliveries = (2 * SubscriptionBacklog.ChunkSize) + 100;

    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;
    private string _id = "";

    [SetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);
        _id = (
            await _service.PostAsync(
                "/v1/webhooks", new { url = "http://127.0.0.1:50009/", eventTypes = new[] { "health.threshold_crossed" } })).GetProperty("id")
            .GetString()!;
        await QueueAsync(0, Deliveries);
    }

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task Pending_deliveries_are_held_in_chunks()
    {
        var counted = new CountedWrites(_service.Database);
        await DisableAsync(counted);
        Assert.That(counted.Rows, Is.EqualTo(new[] { SubscriptionBacklog.ChunkSize, SubscriptionBacklog.ChunkSize, 100 }));
        Assert.That(await StatusAsync(), Is.EqualTo(new[] { ("held", (long)Deliveries) }));
    }

    [Test]
    public async Task Held_deliveries_become_due_in_chunks_and_are_sent_only_when_all_are_due()
    {
        await DisableAsync(_service.Database);
        var dying = new CountedWrites(_service.Database) { Last = 3 };
        Assert.That(() => Over(dying).EnableAsync(_id, HeldChoice.All, default), Throws.InstanceOf<StoreUnavailableException>());
        Assert.That(dying.Rows.Max(), Is.EqualTo(SubscriptionBacklog.ChunkSize));
        await QueueAsync(Deliveries, 1, DeliveryStatus.Held);
        Assert.That(await DueAsync(), Is.Empty, "later deliveries wait for those that are still held");
        await Backlog(_service.Database).FinishAsync(default);
        Assert.That(await DueAsync(), Is.Empty, "another process may still be releasing them");
        _clock.Advance(SubscriptionBacklog.Patience + TimeSpan.FromSeconds(1));
        await Backlog(_service.Database).FinishAsync(default);
        Assert.That(await DueAsync(), Is.EqualTo(new[] { _id }));
        Assert.That(await StatusAsync(), Is.EqualTo(new[] { ("pending", (long)Deliveries + 1) }));
    }

    [Test]
    public async Task With_held_latest_only_the_latest_of_each_account_is_sent_across_all_chunks()
    {
        await DisableAsync(_service.Database);
        var released = await Over(_service.Database).EnableAsync(_id, HeldChoice.Latest, default);
        Assert.That(released, Is.EqualTo(new ReleasedDeliveries(Accounts, Deliveries - Accounts)));
        var pending = await QueryAsync<string>("SELECT message_id FROM webhook_deliveries WHERE status = 'pending'");
        Assert.That(pending, Is.EquivalentTo(Enumerable.Range(Deliveries - Accounts, Accounts).Select(number => $"msg_{number}")));
    }

    [Test]
    public async Task After_a_process_died_while_disabling_the_rest_is_held_before_enabling()
    {
        Assert.That(() => DisableAsync(new CountedWrites(_service.Database) { Last = 1 }), Throws.InstanceOf<StoreUnavailableException>());
        Assert.That(await DueAsync(), Is.Empty, "no dispatcher takes any of them");
        await Backlog(_service.Database).FinishAsync(default);
        Assert.That(await StatusAsync(), Is.EqualTo(new[] { ("held", (long)Deliveries) }));
        await Over(_service.Database).EnableAsync(_id, HeldChoice.Keep, default);
        Assert.That(await StatusAsync(), Is.EqualTo(new[] { ("held", (long)Deliveries) }), "all are still held");
        await Backlog(_service.Database).HoldAsync(_id, default);
        await QueueAsync(Deliveries, 1);
        await Backlog(_service.Database).HoldAsync(_id, default);
        Assert.That(await DueAsync(), Is.EqualTo(new[] { _id }), "nothing is held for an enabled subscription");
    }

    [Test]
    public async Task A_replay_queues_the_deliveries_in_chunks()
    {
        await DisableAsync(_service.Database);
        await Over(_service.Database).EnableAsync(_id, HeldChoice.Keep, default);
        var counted = new CountedWrites(_service.Database);
        var redelivery = ActivatorUtilities.CreateInstance<Redelivery>(_service.Services, counted);
        Assert.That(await redelivery.ReplayAsync(_id, DateTimeOffset.UnixEpoch, null, null, default), Is.EqualTo(Deliveries));
        Assert.That(
            counted.Rows, Is.EqualTo(new[] { SubscriptionBacklog.ChunkSize, SubscriptionBacklog.ChunkSize, 100, 0 }),
            "no delivery waited for its next attempt, so none was brought forward");
        Assert.That(await redelivery.ReplayAsync(_id, DateTimeOffset.UnixEpoch, null, null, default), Is.Zero);
    }

    private async Task DisableAsync(IDatabase database)
    {
        var known = (await Over(_service.Database).FindAsync(_id, default))!;
        Assert.That(await Over(database).UpdateAsync(known, known.Settings, false, default), Is.EqualTo(WriteStatus.Updated));
    }

    private WebhookSubscriptionStore Over(IDatabase database) =>
        ActivatorUtilities.CreateInstance<WebhookSubscriptionStore>(_service.Services, database, Backlog(database));

    private SubscriptionBacklog Backlog(IDatabase database) =>
        ActivatorUtilities.CreateInstance<SubscriptionBacklog>(_service.Services, database);

    private async Task<IEnumerable<string>> DueAsync() =>
        (await ActivatorUtilities.CreateInstance<OutboxQueue>(_service.Services).DueAsync(default)).Select(subscription => subscription.Id);

    private async Task<IEnumerable<(string, long)>> StatusAsync() =>
        await QueryAsync<(string, long)>("SELECT status, COUNT(*) FROM webhook_deliveries GROUP BY status ORDER BY status");

    private Task<IEnumerable<T>> QueryAsync<T>(string sql) =>
        _service.Database.ReadAsync(connection => connection.QueryAsync<T>(sql), default);

    private Task<int> QueueAsync(int from, int count, string status = DeliveryStatus.Pending)
    {
        var now = _clock.GetUtcNow();
        var messages = Enumerable.Range(from, count)
            .Select(n => new WebhookMessage($"msg_{n}", "health.threshold_crossed", $"account-{n % Accounts}", now, "{}", null)).ToList();
        var sql = _service.Services.GetRequiredService<IOutboxSql>();
        return _service.Database.WriteAsync(
            transaction => sql.InsertIfAbsentAsync(
                transaction, messages,
                [.. messages.Select(message => new QueuedDelivery(message.Id, _id, message.AccountId, status, now))]), default);
    }
}
