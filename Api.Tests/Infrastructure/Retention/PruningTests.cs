using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.History;
using HealthApi.Core.Integrations;
using HealthApi.Core.Primitives;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.History;
using HealthApi.Infrastructure.Integrations;
using HealthApi.Infrastructure.Retention;
using HealthApi.Infrastructure.Webhooks.Outbox;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Retention;

/// <summary>
/// Retention prunes deliveries, crossings, conflicts, history, profiles, sources and links that are too old. It never prunes a delivery
/// that is still to be sent, or a profile that applied at an instant within the retention.
/// </summary>
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
    public async Task Finished_deliveries_are_pruned_with_attempts_and_messages_and_unfinished_ones_stay()
    {
        var (one, other) = (await SubscribeAsync(), await SubscribeAsync());
        await QueueAsync("shared", [(one, DeliveryStatus.Delivered), (other, DeliveryStatus.Held)]);
        foreach (var status in DeliveryStatus.All) await QueueAsync(status, [(one, status)]);
        _clock.Advance(TimeSpan.FromDays(1));
        await QueueAsync("young", [(one, DeliveryStatus.Delivered)]);
        await SweepAsync(Now);
        Assert.That(
            await ColumnAsync("SELECT message_id FROM webhook_deliveries WHERE subscription_id = @Id", one),
            Is.EquivalentTo(new[] { "held", "pending", "young" }));
        Assert.That(await ColumnAsync("SELECT id FROM webhook_messages"), Is.EquivalentTo(new[] { "shared", "held", "pending", "young" }));
        Assert.That(await ColumnAsync("SELECT 'attempt' FROM webhook_attempts"), Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Many_deliveries_are_pruned_in_chunks()
    {
        var id = await SubscribeAsync();
        var deliveries = (2 * DeliveryPruning.ChunkSize) + 7;
        foreach (var n in Enumerable.Range(0, deliveries)) await QueueAsync($"m{n}", [(id, DeliveryStatus.Delivered)]);
        var counted = new CountedWrites(_service.Database);
        await DeliveryPruning.PruneAsync(counted, Now.AddDays(1), CancellationToken.None);
        Assert.That(counted.Rows, Is.EqualTo(new[] { DeliveryPruning.ChunkSize, DeliveryPruning.ChunkSize, 7 }));
        Assert.That(await ColumnAsync("SELECT id FROM webhook_messages"), Is.Empty);
    }

    [Test]
    public async Task The_retention_of_a_delivery_counts_from_its_end_not_from_its_creation()
    {
        var id = await SubscribeAsync();
        await QueueAsync("m", [(id, DeliveryStatus.Held)]);
        _clock.Advance(TimeSpan.FromDays(500));
        await _service.Database.ExecuteAsync("UPDATE webhook_deliveries SET status = 'failed', completed_at = @Now", new { Now });
        await SweepAsync(Now.AddDays(-400));
        Assert.That(await ColumnAsync("SELECT id FROM webhook_messages"), Is.EqualTo(new[] { "m" }));
        await SweepAsync(Now.AddDays(1));
        Assert.That(await ColumnAsync("SELECT id FROM webhook_messages"), Is.Empty);
    }

    [Test]
    public async Task Finished_deliveries_are_pruned_from_between_held_ones()
    {
        var id = await SubscribeAsync();
        foreach (var n in Enumerable.Range(0, DeliveryPruning.ChunkSize + 50))
        {
            await QueueAsync($"held-{n}", [(id, DeliveryStatus.Held)]);
            await QueueAsync($"sent-{n}", [(id, DeliveryStatus.Delivered)]);
            if (n % 100 == 0) _clock.Advance(TimeSpan.FromSeconds(1));
        }

        await SweepAsync(Now.AddDays(1));
        var left = await ColumnAsync("SELECT message_id FROM webhook_deliveries");
        Assert.That(left, Has.Count.EqualTo(DeliveryPruning.ChunkSize + 50).And.All.StartsWith("held"));
    }

    [Test]
    public async Task The_oldest_day_of_history_left_is_the_one_that_held_at_the_cutoff()
    {
        await _service.PutAsync("/v1/accounts/acme", new { });
        var today = Now.ToDay();
        List<DayStanding> days = [.. new[] { -30, -20, -5 }.Select(ago => new DayStanding(today + ago, Now, 50, "neutral", 10, "low"))];
        await _service.Database.WriteAsync(
            async transaction =>
            { await HistoryStore.ReplaceAsync(transaction, [new HistorySpan("acme", today - 30, today, days)]); return true; },
                CancellationToken.None);
        await SweepAsync(Now.AddDays(-10));
        Assert.That(await ColumnAsync("SELECT day FROM score_history ORDER BY day"), Is.EqualTo(new[] { $"{today - 20}", $"{today - 5}" }));
    }

    [Test]
    public async Task Old_crossings_and_conflicts_are_pruned()
    {
        await _service.PutAsync("/v1/accounts/acme", new { });
        foreach (var (id, days) in new[] { ("old", -1), ("young", 1) })
        {
            await _service.Database.ExecuteAsync(
                "INSERT INTO crossings (id, account_id, sequence, at, metric, threshold, direction, data) VALUES (@Id, 'acme', @Sequence, "
                    + "@At, 'health', 't', 'falling', '{}')",
                new { Id = id, Sequence = days, At = Now.AddDays(days) });
            await _service.Database.ExecuteAsync(
                "INSERT INTO event_conflicts (source, id, type, account_id, occurred_at, received_at, hash, data) VALUES ('crm', @Id, 1, "
                    + "'nobody', @At, @At, 1, '{}')",
                new { Id = id, At = Now.AddDays(days) });
        }

        await SweepAsync(Now);
        Assert.That(await ColumnAsync("SELECT id FROM crossings"), Is.EqualTo(new[] { "young" }));
        Assert.That(await ColumnAsync("SELECT id FROM event_conflicts"), Is.EqualTo(new[] { "young" }));
    }

    [Test]
    public async Task The_oldest_profile_left_is_the_one_that_held_at_the_cutoff()
    {
        foreach (var name in new[] { "One", "Two", "Three", "Four" })
        {
            await _service.PutAsync("/v1/accounts/acme", new { name });
            _clock.Advance(TimeSpan.FromDays(10));
        }

        var cutoff = Now.AddDays(-15);
        await SweepAsync(cutoff);
        Assert.That(
            await ColumnAsync("SELECT profile FROM account_profiles WHERE account_id = 'acme' ORDER BY since"),
            Is.EqualTo(new[] { "Three", "Four" })
            .Using<string, string>((profile, name) => profile.Contains(name, StringComparison.Ordinal)));
        await SweepAsync(Now.AddDays(100));
        Assert.That(await ColumnAsync("SELECT profile FROM account_profiles"), Has.Count.EqualTo(1), "the present profile is never pruned");
    }

    [Test]
    public async Task A_source_that_was_silent_for_the_whole_retention_is_pruned()
    {
        await _service.Database.ExecuteAsync(
            "INSERT INTO ingestion_sources (source, events, last_occurred_at, last_received_at) VALUES ('silent', 1, @At, @At)",
            new { At = Now.AddDays(-1) });
        await _service.Database.ExecuteAsync(
            "INSERT INTO ingestion_sources (source, events, last_occurred_at, last_received_at) VALUES ('late', 1, @At, @Now)",
            new { At = Now.AddDays(-1), Now });
        (string, int, DateTimeOffset)[] sources =
        [
            ("silent", 1, Now.AddDays(-1)), ("silent", 2, Now.AddDays(-2)),
            ("heard", 1, Now.AddDays(-1)), ("heard", 2, Now),
        ];
        foreach (var (source, part, at) in sources)
        {
            await _service.Database.ExecuteAsync(
                "INSERT INTO ingestion_source_counts (source, part, events, last_occurred_at, last_received_at) VALUES (@Source, @Part, "
                    + "1, @At, @At)",
                new { Source = source, Part = part, At = at });
        }

        await SweepAsync(Now.AddHours(-1));
        Assert.That(await ColumnAsync("SELECT source FROM ingestion_sources"), Is.EqualTo(new[] { "late" }));
        Assert.That(
            await ColumnAsync("SELECT source FROM ingestion_source_counts"), Is.EqualTo(new[] { "heard", "heard" }),
            "all counts of a source are kept or pruned together");
    }

    /// <summary>
    /// A link that is used is kept for ever, even if it was stated only once. Retention must have seen a link before it can know how long
    /// the link has been unused.
    /// </summary>
    [Test]
    public async Task A_link_that_was_neither_stated_nor_used_for_the_whole_retention_is_pruned()
    {
        await _service.PutAsync("/v1/accounts/acme", new { });
        var created = await _service.PostAsync("/v1/integrations", new { vendor = "segment" });
        var integration = (
            await _service.Services.GetRequiredService<IntegrationStore>()
            .FindAsync(created.GetProperty("id").GetString()!, CancellationToken.None))!;
        var directory = _service.Services.GetRequiredService<CustomerDirectory>();
        await directory.LinkAsync(
            integration, [.. new[] { "used", "unused" }.Select(user => new CustomerLink("user:" + user, "acme", Now))],
            CancellationToken.None);
        for (var month = 0; month < 14; month++)
        {
            _clock.Advance(TimeSpan.FromDays(31));
            Assert.That(
                (await directory.ResolveAsync(integration, ["user:used"], CancellationToken.None))["user:used"].AccountId,
                Is.EqualTo("acme"));
            await SweepAsync(Now.AddDays(-200));
        }

        Assert.That(await ColumnAsync("SELECT reference FROM integration_links"), Is.EqualTo(new[] { "user:used" }));
    }

    private Task<RetentionTally> SweepAsync(DateTimeOffset cutoff) =>
        _service.Services.GetRequiredService<RetentionSweep>().RunAsync(cutoff, Now, CancellationToken.None);

    private async Task<string> SubscribeAsync() => (await _service.SubscribeAsync(new Uri("http://127.0.0.1:50009/"))).Id;

    /// <summary>Queues a message with the given deliveries. Each has an attempt; finished deliveries ended now.</summary>
    private async Task QueueAsync(string message, IReadOnlyList<(string Subscription, string Status)> deliveries)
    {
        var queued = deliveries.Select(delivery => new QueuedDelivery(message, delivery.Subscription, null, delivery.Status, Now)).ToList();
        var sql = _service.Services.GetRequiredService<IOutboxSql>();
        var row = new WebhookMessage(message, WebhookEventTypes.HealthThresholdCrossed, "acme", Now, "{}", null);
        await _service.Database.WriteAsync(transaction => sql.InsertIfAbsentAsync(transaction, [row], queued), CancellationToken.None);
        await _service.Database.ExecuteAsync(
            "UPDATE webhook_deliveries SET completed_at = @Now WHERE message_id = @Message AND status IN ('delivered', 'failed', "
                + "'skipped')", new { Now, Message = message });
        await _service.Database.ExecuteAsync(
            "INSERT INTO webhook_attempts (delivery_seq, number, at, duration_ms) SELECT seq, 1, @Now, 1 FROM webhook_deliveries WHERE "
                + "message_id = @Message",
            new { Now, Message = message });
    }

    private async Task<List<string>> ColumnAsync(string sql, string id = "") =>
        [.. await _service.Database.ReadAsync(connection => connection.QueryAsync<string>(sql, new { Id = id }), CancellationToken.None)];
}
