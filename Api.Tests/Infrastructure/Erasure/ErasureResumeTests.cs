using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Erasure;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Integrations;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Erasure;

/// <summary>The process of an erasure dies between two chunks: the account is gone at once, and another process deletes the rest.</summary>
public sealed class ErasureResumeTests(StoreKind kind) : StoreFixture(kind)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    private Pipeline _pipeline = null!;

    private IServiceProvider Services => _pipeline.Services;

    [SetUp]
    public async Task InterruptErasureAsync()
    {
        _pipeline = await Pipeline.CreateAsync(new ManualTimeProvider(Now), Kind);
        await PutAsync("One");
        await _pipeline.ProcessAsync(Enumerable.Range(0, AccountRemoval.ChunkSize + 10).Select(number => Login($"before-{number}")));
        // Fails after the first chunk of events is deleted; the writes before it delete deliveries, messages and the feed.
        var failing = new AccountRemoval(
            new CountedWrites(Services.GetRequiredService<IDatabase>()) { Last = 4 }, Services.GetRequiredService<CustomerNames>());
        var erasure = new AccountErasure(
            Services.GetRequiredService<IDatabase>(), Services.GetRequiredService<IAccountCache>(),
            Services.GetRequiredService<ILaneTransport>(), failing,
            Services.GetRequiredService<TimeProvider>());
        await Assert.ThrowsAsync<StoreUnavailableException>(() => erasure.EraseAsync("acme", default, default));
        Assert.That(await _pipeline.RowsAsync("SELECT COUNT(*) FROM events"), Is.EqualTo(new[] { "10" }), "the erasure is unfinished");
    }

    [TearDown]
    public void Close() => _pipeline.Dispose();

    [Test]
    public async Task During_the_erasure_the_account_does_not_exist_and_its_events_are_dropped()
    {
        Assert.That(await Services.GetRequiredService<AccountStore>().FindAsync("acme", default), Is.Null);
        await _pipeline.IntakeAsync(new LaneMessage(EventBatchCodec.Encode([Login("meanwhile")], new LaneMessageId(1, 1))));
        var stats = await Services.GetRequiredService<IngestionStats>().ReadAsync(default);
        Assert.That((stats.Dropped, stats.Balance), Is.EqualTo((1, 0)));
        Assert.That(await _pipeline.RowsAsync("SELECT dropped FROM erasures"), Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public async Task A_new_account_with_the_same_id_begins_after_the_rest_of_the_old_one_is_deleted()
    {
        Assert.That((await PutAsync("Two")).Status, Is.EqualTo(WriteStatus.Created));
        Assert.That(await _pipeline.RowsAsync("SELECT COUNT(*) FROM events"), Is.EqualTo(new[] { "0" }));
        await _pipeline.ProcessAsync([Login("after")]);
        await Services.GetRequiredService<AccountRemoval>().FinishAsync("acme", default);
        Assert.That(
            await _pipeline.RowsAsync("SELECT id FROM events"), Is.EqualTo(new[] { "after" }),
            "a process that is late deletes nothing of the new account");
    }

    [Test]
    public async Task A_second_request_finishes_the_erasure()
    {
        Assert.That(
            await Services.GetRequiredService<AccountErasure>().EraseAsync("acme", default, default), Is.EqualTo(WriteStatus.Deleted));
        Assert.That(
            await _pipeline.RowsAsync("SELECT (SELECT COUNT(*) FROM events) + (SELECT COUNT(*) FROM accounts)"), Is.EqualTo(new[] { "0" }));
        Assert.That(
            await Services.GetRequiredService<AccountErasure>().EraseAsync("acme", default, default), Is.EqualTo(WriteStatus.NotFound));
    }

    [Test]
    public async Task A_worker_finishes_an_erasure_that_it_has_seen_unfinished_twice()
    {
        var keeper = Services.GetRequiredService<ErasureKeeper>();
        await keeper.LookAsync(default);
        await keeper.LookAsync(default);
        Assert.That(
            await _pipeline.RowsAsync("SELECT (SELECT COUNT(*) FROM events) + (SELECT COUNT(*) FROM accounts)"), Is.EqualTo(new[] { "0" }));
    }

    [Test]
    public async Task A_worker_stops_waiting_for_markers_that_another_worker_has_removed()
    {
        var keeper = Services.GetRequiredService<ErasureKeeper>();
        await Services.GetRequiredService<IDatabase>().ExecuteAsync("UPDATE erasures SET markers = '3:7:50'");
        await keeper.LookAsync(default);
        Assert.That(keeper.Waiting, Is.EqualTo(1));

        await Services.GetRequiredService<IDatabase>().ExecuteAsync("UPDATE erasures SET markers = NULL");
        await keeper.LookAsync(default);
        Assert.That(keeper.Waiting, Is.Zero, "a worker keeps nothing in memory of finished erasures");
    }

    private Task<Write<StoredAccount>> PutAsync(string name) =>
        Services.GetRequiredService<AccountStore>().WriteAsync("acme", default, _ => new Account { Id = "acme", Name = name }, default);

    private static EventEnvelope Login(string id) =>
        Pipeline.Envelope(
            $$"""{"id":"{{id}}","type":"usage.login","accountId":"acme","occurredAt":"2026-11-20T08:00:00Z","data":{"userId":"ada"} }""",
            Now);
}
