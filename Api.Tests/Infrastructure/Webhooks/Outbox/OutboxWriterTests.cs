using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Outbox.Sqlite;
using HealthApi.Infrastructure.Webhooks.Outbox.SqlServer;
using HealthApi.Infrastructure.Webhooks.Subscriptions;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Webhooks.Outbox;

internal sealed class OutboxWriterTests(StoreKind kind) : StoreFixture(kind)
{
    private const string InsertSubscription = """
        INSERT INTO webhook_subscriptions (id, url, event_types, filter, enabled, secrets, version, created_at, updated_at)
        VALUES (@id, 'https://example.com/', @types, @filter, @enabled, '', 1, @now, @now)
        """;

    private const string Queued = """
        SELECT subscription_id, message_id, status, next_attempt_at FROM webhook_deliveries ORDER BY subscription_id, message_id
        """;

    private static readonly WebhookFacts Facts = new("health.threshold_crossed", "acme", "enterprise", "falling", "health", 120_000m, []);

    private readonly ManualTimeProvider _clock = new();
    private TestDatabase _store = null!;
    private OutboxWriter _writer = null!;

    [SetUp]
    public async Task SetUp()
    {
        _store = await TestDatabase.CreateAsync(Kind);
        _writer = new OutboxWriter(Kind == StoreKind.SqlServer ? new SqlServerOutboxSql() : new SqliteOutboxSql(), _clock);
    }

    [TearDown]
    public void TearDown() => _store.Dispose();

    [Test]
    public async Task Each_matching_subscription_gets_one_delivery_and_that_of_a_disabled_one_is_held()
    {
        await SubscribeAsync("a");
        await SubscribeAsync("b", enabled: false);
        await SubscribeAsync("c", filter: """{"directions":["rising"]}""");
        await SubscribeAsync("d", types: """["touchpoint.due"]""");

        var queued = await AppendAsync(Message("msg_1"));

        Assert.That(queued, Is.EqualTo(2));
        Assert.That(
            await QueuedAsync(),
            Is.EqualTo(new[] { ("a", "msg_1", "pending", _clock.GetUtcNow()), ("b", "msg_1", "held", (DateTimeOffset?)null) }));
    }

    [Test]
    public async Task Appending_again_adds_nothing_and_changes_nothing()
    {
        await SubscribeAsync("a");
        await AppendAsync(Message("msg_1"));
        var before = await QueuedAsync();
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.That(await AppendAsync(Message("msg_1"), Message("msg_1")), Is.Zero);
        Assert.That(await QueuedAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_message_without_a_matching_subscription_is_not_stored()
    {
        await SubscribeAsync("a", types: """["touchpoint.due"]""");
        await AppendAsync(Message("msg_1"));

        Assert.That(await _store.QueryAsync<long>("SELECT COUNT(*) FROM webhook_messages"), Is.EqualTo(new[] { 0L }));
    }

    [Test]
    public async Task A_change_of_the_filter_applies_from_the_next_append_on()
    {
        await SubscribeAsync("a", filter: """{"directions":["rising"]}""");
        await AppendAsync(Message("msg_1"));
        await _store.ExecuteAsync("UPDATE webhook_subscriptions SET filter = NULL, version = version + 1");

        Assert.That(await AppendAsync(Message("msg_2")), Is.EqualTo(1));
    }

    [Test]
    public async Task A_subscription_that_an_earlier_version_puts_in_place_of_another_is_noticed()
    {
        await SubscribeAsync("a", types: """["renewal.upcoming"]""");
        await AppendAsync(Message("msg_1"));
        await _store.ExecuteAsync("DELETE FROM webhook_subscriptions");
        await SubscribeAsync("b");

        await AppendAsync(Message("msg_2"));
        Assert.That(
            (await QueuedAsync()).Select(queued => queued.Subscription),
            Is.EqualTo(new[] { "b" }),
            "an equal number of subscriptions with equal versions may be different ones");
    }

    [Test]
    public async Task A_message_whose_transaction_is_rolled_back_is_not_queued()
    {
        await SubscribeAsync("a");

        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.WriteAsync<int>(async transaction =>
        {
            await _writer.AppendAsync(transaction, [(Message("msg_1"), Facts)], CancellationToken.None);
            throw new InvalidOperationException();
        }));
        Assert.That(await QueuedAsync(), Is.Empty);
    }

    [Test]
    public async Task A_message_id_with_a_dot_is_refused()
    {
        await SubscribeAsync("a");

        await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync(Message("msg.1")));
    }

    [Test]
    public async Task A_message_can_be_sent_to_one_subscription_whatever_its_types_are()
    {
        await SubscribeAsync("a", types: """["touchpoint.due"]""");
        await SubscribeAsync("b");

        var id = await _store.WriteAsync(transaction => _writer.AppendToAsync(transaction, Message("msg_1"), "a"));

        Assert.That(
            await _store.QueryAsync<string>("SELECT id FROM webhook_deliveries WHERE subscription_id = 'a'"), Is.EqualTo(new[] { id }));
    }

    [Test]
    public async Task A_change_by_another_process_applies_from_its_commit_on()
    {
        await SubscribeAsync("a");
        await AppendAsync(Message("msg_1"));
        await _store.WriteAsync(
            transaction => SubscriptionSwitch.DisableAsync(transaction, "a", DisabledReasons.Manual, _clock.GetUtcNow()));
        await AppendAsync(Message("msg_2"));
        await _store.WriteAsync(transaction => SubscriptionSwitch.EnableAsync(transaction, "a", _clock.GetUtcNow()));
        await AppendAsync(Message("msg_3"));
        Assert.That((await QueuedAsync()).Select(queued => queued.Status), Is.EqualTo(new[] { "pending", "held", "pending" }));
    }

    [Test]
    public async Task A_change_that_was_rolled_back_is_not_cached()
    {
        await SubscribeAsync("a");
        await SubscribeAsync("b");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.WriteAsync<int>(async transaction =>
        {
            await SubscriptionSwitch.DisableAsync(transaction, "a", DisabledReasons.Gone, _clock.GetUtcNow());
            await _writer.NotifyOthersAsync(transaction, Message("msg_0"), "a", CancellationToken.None);
            throw new InvalidOperationException();
        }));
        await _store.WriteAsync(
            transaction => SubscriptionSwitch.DisableAsync(transaction, "b", DisabledReasons.Manual, _clock.GetUtcNow()));
        await AppendAsync(Message("msg_1"));
        Assert.That(
            (await QueuedAsync()).Select(queued => (queued.Subscription, queued.Status)),
            Is.EqualTo(new[] { ("a", "pending"), ("b", "held") }));
    }

    private Task<IReadOnlyList<(string Subscription, string Message, string Status, DateTimeOffset? NextAttemptAt)>> QueuedAsync() =>
        _store.QueryAsync<(string Subscription, string Message, string Status, DateTimeOffset? NextAttemptAt)>(Queued);

    private static WebhookMessage Message(string id) => new(id, "health.threshold_crossed", "acme", DateTimeOffset.UnixEpoch, "{}", null);

    private Task<int> AppendAsync(params WebhookMessage[] messages) =>
        _store.WriteAsync(
            transaction => _writer.AppendAsync(transaction, [.. messages.Select(message => (message, Facts))], CancellationToken.None));

    private Task<int> SubscribeAsync(
        string id, string types = """["health.threshold_crossed"]""", string? filter = null, bool enabled = true) =>
        _store.ExecuteAsync(InsertSubscription, new { id, types, filter, enabled, now = DateTimeOffset.UnixEpoch });
}
