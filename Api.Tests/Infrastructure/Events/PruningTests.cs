using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Outbox;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Events;

/// <summary>With the events goes what was told of them, but nothing that is still to be sent, and no profile that an instant still held can ask for.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PruningTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [SetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task Deliveries_that_have_ended_go_with_their_attempts_and_messages_and_what_is_still_to_be_sent_stays()
    {
        var (one, other) = (await SubscribeAsync(), await SubscribeAsync());
        await QueueAsync("shared", [(one, DeliveryStatus.Delivered), (other, DeliveryStatus.Held)]);
        foreach (var status in DeliveryStatus.All) await QueueAsync(status, [(one, status)]);
        _clock.Advance(TimeSpan.FromDays(1));
        await QueueAsync("young", [(one, DeliveryStatus.Delivered)]);
        await SweepAsync(Now);
        Assert.That(await ColumnAsync("SELECT message_id FROM webhook_deliveries WHERE subscription_id = @Id", one), Is.EquivalentTo(new[] { "held", "pending", "young" }));
        Assert.That(await ColumnAsync("SELECT id FROM webhook_messages"), Is.EquivalentTo(new[] { "shared", "held", "pending", "young" }));
        Assert.That(await ColumnAsync("SELECT 'attempt' FROM webhook_attempts"), Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Many_deliveries_go_in_pieces()
    {
        var id = await SubscribeAsync();
        var deliveries = (2 * DeliveryPruning.PieceSize) + 7;
        foreach (var n in Enumerable.Range(0, deliveries)) await QueueAsync($"m{n}", [(id, DeliveryStatus.Delivered)]);
        var counted = new CountedWrites(_service.Database);
        await DeliveryPruning.PruneAsync(counted, Now.AddDays(1), CancellationToken.None);
        Assert.That(counted.Rows, Is.EqualTo(new[] { DeliveryPruning.PieceSize, DeliveryPruning.PieceSize, 7 }));
        Assert.That(await ColumnAsync("SELECT id FROM webhook_messages"), Is.Empty);
    }

    [Test]
    public async Task Crossings_and_conflicts_go()
    {
        await _service.PutAsync("/v1/accounts/acme", new { });
        foreach (var (id, days) in new[] { ("old", -1), ("young", 1) })
        {
            await RunAsync(
                "INSERT INTO crossings (id, account_id, sequence, at, metric, threshold, direction, data) VALUES (@Id, 'acme', @Sequence, @At, 'health', 't', 'falling', '{}')",
                new { Id = id, Sequence = days, At = Now.AddDays(days) });
            await RunAsync(
                "INSERT INTO event_conflicts (source, id, type, account_id, occurred_at, received_at, hash, data) VALUES ('crm', @Id, 1, 'acme', @At, @At, 1, '{}')",
                new { Id = id, At = Now.AddDays(days) });
        }

        await SweepAsync(Now);
        Assert.That(await ColumnAsync("SELECT id FROM crossings"), Is.EqualTo(new[] { "young" }));
        Assert.That(await ColumnAsync("SELECT id FROM event_conflicts"), Is.EqualTo(new[] { "young" }));
    }

    [Test]
    public async Task Of_former_profiles_the_one_that_held_at_the_cutoff_is_the_oldest_left()
    {
        foreach (var name in new[] { "One", "Two", "Three", "Four" })
        {
            await _service.PutAsync("/v1/accounts/acme", new { name });
            _clock.Advance(TimeSpan.FromDays(10));
        }

        var cutoff = Now.AddDays(-15);
        await SweepAsync(cutoff);
        Assert.That(await ColumnAsync("SELECT profile FROM account_profiles WHERE account_id = 'acme' ORDER BY since"), Is.EqualTo(new[] { "Three", "Four" }).Using<string, string>((profile, name) => profile.Contains(name, StringComparison.Ordinal)));
        await SweepAsync(Now.AddDays(100));
        Assert.That(await ColumnAsync("SELECT profile FROM account_profiles"), Has.Count.EqualTo(1), "the present one is never too old");
    }

    private Task SweepAsync(DateTimeOffset cutoff) => ActivatorUtilities.CreateInstance<RetentionSweeper>(_service.Services).SweepAsync(cutoff, CancellationToken.None);

    private async Task<string> SubscribeAsync() => (await _service.SubscribeAsync(new Uri("http://127.0.0.1:50009/"))).Id;

    /// <summary>A message with a delivery of each status, each with an attempt.</summary>
    private async Task QueueAsync(string message, IReadOnlyList<(string Subscription, string Status)> deliveries)
    {
        var queued = deliveries.Select(delivery => new QueuedDelivery(message, delivery.Subscription, delivery.Status, Now)).ToList();
        var sql = _service.Services.GetRequiredService<IOutboxSql>();
        var row = new WebhookMessage(message, WebhookEventTypes.HealthThresholdCrossed, "acme", Now, "{}", null);
        await _service.Database.WriteAsync(transaction => sql.InsertIfAbsentAsync(transaction, [row], queued), CancellationToken.None);
        await RunAsync(
            "INSERT INTO webhook_attempts (delivery_seq, number, at, duration_ms) SELECT seq, 1, @Now, 1 FROM webhook_deliveries WHERE message_id = @Message",
            new { Now, Message = message });
    }

    private Task<int> RunAsync(string sql, object parameters) =>
        _service.Database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(sql, parameters, transaction), CancellationToken.None);

    private async Task<List<string>> ColumnAsync(string sql, string id = "") =>
        [.. await _service.Database.ReadAsync(connection => connection.QueryAsync<string>(sql, new { Id = id }), CancellationToken.None)];
}
