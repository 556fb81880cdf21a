using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Webhooks.Outbox;

/// <summary>A subscription that names accounts gets their messages and no others, also beside a process of an earlier version.</summary>
public sealed class WatchedAccountsTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Type = "health.threshold_crossed";

    private Pipeline _pipeline = null!;
    private int _messages;

    private WebhookSubscriptionStore Store => _pipeline.Services.GetRequiredService<WebhookSubscriptionStore>();

    [SetUp]
    public async Task CreateAsync() => _pipeline = await Pipeline.CreateAsync(new ManualTimeProvider(), Kind);

    [TearDown]
    public void Dispose() => _pipeline.Dispose();

    [Test]
    public async Task Only_messages_of_the_named_accounts_are_queued()
    {
        var (one, all) = (await SubscribeAsync(new() { Accounts = ["acme", "globex"] }), await SubscribeAsync(null));
        Assert.That(await TakersAsync("acme"), Is.EquivalentTo(new[] { one.Id, all.Id }));
        Assert.That(await TakersAsync("initech"), Is.EqualTo(new[] { all.Id }));
        Assert.That(await TakersAsync("ACME"), Is.EqualTo(new[] { all.Id }), "words are compared exactly");
    }

    [Test]
    public async Task The_rest_of_the_filter_applies_too()
    {
        await SubscribeAsync(new() { Accounts = ["acme"], Directions = ["rising"] });
        Assert.That(await TakersAsync("acme"), Is.Empty);
    }

    [Test]
    public async Task A_message_that_is_not_about_an_account_is_queued()
    {
        var one = await SubscribeAsync(new() { Accounts = ["acme"] });
        Assert.That(await TakersAsync(null), Is.EqualTo(new[] { one.Id }));
    }

    [Test]
    public async Task A_change_of_the_accounts_applies_from_the_next_message_on()
    {
        var one = await SubscribeAsync(new() { Accounts = ["acme"] });
        Assert.That(await TakersAsync("acme"), Is.EqualTo(new[] { one.Id }));
        await UpdateAsync(one.Id, new() { Accounts = ["globex", "globex"] });
        Assert.That(await TakersAsync("acme"), Is.Empty);
        Assert.That(await TakersAsync("globex"), Is.EqualTo(new[] { one.Id }));
        await UpdateAsync(one.Id, null);
        Assert.That(await TakersAsync("acme"), Is.EqualTo(new[] { one.Id }));
    }

    [Test]
    public async Task A_filter_that_an_earlier_version_of_the_service_changes_counts()
    {
        var one = await SubscribeAsync(new() { Accounts = ["acme"] });
        Assert.That(await TakersAsync("acme"), Is.EqualTo(new[] { one.Id }));
        await ExecuteAsync("""UPDATE webhook_subscriptions SET filter = '{"accounts":["globex"]}', version = version + 1""");
        Assert.That(await TakersAsync("acme"), Is.Empty);
        Assert.That(await TakersAsync("globex"), Is.EqualTo(new[] { one.Id }));
    }

    [Test]
    public async Task A_deleted_subscription_leaves_no_accounts()
    {
        var one = await SubscribeAsync(new() { Accounts = ["acme"] });
        await Store.DeleteAsync(one.Id, CancellationToken.None);
        Assert.That(await TakersAsync("acme"), Is.Empty);
    }

    [Test]
    public async Task The_store_tells_which_of_several_accounts_with_one_hash_is_named()
    {
        var one = await SubscribeAsync(new() { Accounts = ["acme"] });
        var named = await _pipeline.Services.GetRequiredService<IDatabase>().WriteAsync(
            transaction => WatchedAccounts.NamedAsync(transaction, [(one.Id, "acme"), (one.Id, "globex"), ("wh_0", "acme")], default),
            CancellationToken.None);
        Assert.That(named, Is.EquivalentTo(new[] { (one.Id, "acme") }));
    }

    private static WebhookSettings Settings(WebhookFilter? filter) => new("https://example.com/", [Type], null, filter, null);

    private async Task<WebhookSubscription> SubscribeAsync(WebhookFilter? filter) =>
        (await Store.CreateAsync(Settings(filter), null, CancellationToken.None)).Subscription;

    private async Task UpdateAsync(string id, WebhookFilter? filter, bool enabled = true)
    {
        var known = (await Store.FindAsync(id, CancellationToken.None))!;
        Assert.That(await Store.UpdateAsync(known, Settings(filter), enabled, CancellationToken.None), Is.EqualTo(WriteStatus.Updated));
    }

    /// <summary>The subscriptions to which a message about the account is queued.</summary>
    private async Task<IReadOnlyList<string>> TakersAsync(string? account)
    {
        var id = $"msg_{++_messages}";
        var facts = new WebhookFacts(Type, account, "enterprise", "falling", "health", 120_000m, []);
        var message = new WebhookMessage(id, Type, account, DateTimeOffset.UnixEpoch, "{}", null);
        var writer = _pipeline.Services.GetRequiredService<OutboxWriter>();
        await _pipeline.Services.GetRequiredService<IDatabase>().WriteAsync(
            transaction => writer.AppendAsync(transaction, [(message, facts)], CancellationToken.None), CancellationToken.None);
        return await _pipeline.RowsAsync($"SELECT subscription_id FROM webhook_deliveries WHERE message_id = '{id}'");
    }

    private Task<int> ExecuteAsync(string sql) => _pipeline.Services.GetRequiredService<IDatabase>().ExecuteAsync(sql);
}
