using System.Collections.Concurrent;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Lanes.Embedded;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.Embedded;

/// <summary>The lane table: only processed batches leave it, and each lane keeps its order.</summary>
internal sealed class LaneTableTests(StoreKind kind) : StoreFixture(kind)
{
    private TestStore _store = null!;
    private ILaneTable _table = null!;

    [SetUp]
    public void Open() => _table = Table(_store = NewStore());

    [TearDown]
    public void Close()
    {
        (_table as IDisposable)?.Dispose();
        _store.Dispose();
    }

    [Test]
    public async Task All_waiting_batches_are_taken_in_order_when_they_fit()
    {
        await AppendAsync((0, 10), (1, 20), (0, 30));
        Assert.That(await PeekAsync(60), Is.EqualTo(new[] { (0, 10), (1, 20), (0, 30) }));
    }

    [Test]
    public async Task When_more_waits_only_the_lane_of_the_oldest_batch_is_taken()
    {
        await AppendAsync((3, 10), (1, 20), (3, 30), (1, 40), (3, 50));
        Assert.That(await PeekAsync(45), Is.EqualTo(new[] { (3, 10), (3, 30) }), "in its order, up to the limit");
    }

    [Test]
    public async Task A_batch_above_the_limit_is_taken_alone()
    {
        await AppendAsync((3, 100), (3, 1), (1, 1));
        Assert.That(await PeekAsync(50), Is.EqualTo(new[] { (3, 100) }));
    }

    [Test]
    public async Task Every_batch_is_taken_in_the_order_of_its_lane()
    {
        var appended = Enumerable.Range(0, 200).Select(number => (number * 7 % 8, 1 + (number % 13))).ToArray();
        await AppendAsync(appended);
        var seen = new List<(int Lane, int Events)>();
        while (await _table.TakeAsync(40, CancellationToken.None) is { Count: > 0 } batches)
        {
            Assert.That(batches.Sum(stored => stored.Batch.Count), Is.LessThanOrEqualTo(40));
            seen.AddRange(batches.Select(stored => (stored.Batch.Lane, stored.Batch.Count)));
            await _table.RemoveAsync(batches, CancellationToken.None);
        }

        foreach (var lane in Enumerable.Range(0, 8))
            Assert.That(seen.Where(batch => batch.Lane == lane), Is.EqualTo(appended.Where(batch => batch.Item1 == lane)), $"lane {lane}");
    }

    [Test]
    public async Task Removed_batches_are_gone_and_the_others_still_wait()
    {
        await AppendAsync((0, 5), (1, 6), (0, 7));
        await _table.RemoveAsync(await _table.TakeAsync(10, CancellationToken.None), CancellationToken.None);
        Assert.That(await PeekAsync(100), Is.EqualTo(new[] { (1, 6), (0, 7) }));
        Assert.That((await _table.BacklogAsync(CancellationToken.None)).Events, Is.EqualTo(13));
    }

    [Test]
    public async Task Batches_taken_by_one_process_are_taken_by_another_only_after_their_release()
    {
        if (Kind == StoreKind.Sqlite) Assert.Ignore("SQLite has no leases: one host has the file, and taking twice is harmless.");
        var other = Table(_store);
        await AppendAsync((0, 5), (1, 6), (0, 7));
        Assert.That(await PeekAsync(12), Is.EqualTo(new[] { (0, 5), (0, 7) }));
        Assert.That(await PeekAsync(12), Is.EqualTo(new[] { (0, 5), (0, 7) }), "a process gets the batches again that it did not remove");
        await AppendAsync((0, 8));
        Assert.That(
            (await other.TakeAsync(100, CancellationToken.None)).Select(stored => stored.Batch.Count), Is.EqualTo(new[] { 6 }),
            "the whole lane 0 belongs to the first process");
        await _table.ReleaseAsync(CancellationToken.None);
        Assert.That(
            (await other.TakeAsync(100, CancellationToken.None)).Select(stored => stored.Batch.Count), Is.EqualTo(new[] { 5, 6, 7, 8 }));
    }

    [Test]
    public async Task The_lanes_of_a_killed_process_are_free_after_15_seconds_and_those_of_a_working_process_are_not()
    {
        if (Kind == StoreKind.Sqlite) Assert.Ignore("SQLite has no leases: one host has the file, and taking twice is harmless.");
        var clock = new ManualTimeProvider();
        SqlServerLaneTable killed = new(_store.Open(), clock), working = new(_store.Open(), clock), next = new(_store.Open(), clock);
        await AppendAsync((0, 5), (1, 6));
        await killed.TakeAsync(5, CancellationToken.None);
        var held = await working.TakeAsync(6, CancellationToken.None);
        for (var seconds = 0; seconds < 15; seconds += 3)
        {
            Assert.That(await next.TakeAsync(100, CancellationToken.None), Is.Empty, $"after {seconds} s");
            clock.Advance(TimeSpan.FromSeconds(3));
            await working.RenewAsync(held, CancellationToken.None);
        }

        Assert.That(
            (await next.TakeAsync(100, CancellationToken.None)).Select(stored => stored.Batch.Lane), Is.EqualTo(new[] { 0 }),
            "the lane of the killed process, not that of the working one");
        await killed.RenewAsync([.. held], CancellationToken.None);
        await working.ReleaseAsync(CancellationToken.None);
        Assert.That(
            (await next.TakeAsync(100, CancellationToken.None)).Select(stored => stored.Batch.Lane), Is.EqualTo(new[] { 0, 1 }),
            "a process does not renew the batches of another");
    }

    [Test]
    public async Task Batches_in_work_are_renewed_at_intervals_until_they_are_done()
    {
        var clock = new ManualTimeProvider();
        var table = new RenewedTable();
        await using (
            new HeldBatches(table, [new StoredLaneBatch(7, new LaneBatch(0, 1, new byte[] { 1 }), clock.GetUtcNow(), "table")], clock))
        {
            for (var renewal = 1; renewal <= 3; renewal++)
            {
                clock.Advance(HeldBatches.RenewEvery);
                await Eventually.GetAsync(
                    () => Task.FromResult(table.Renewed.Count), count => count == renewal, "one renewal each time the timer fires");
            }
        }

        clock.Advance(HeldBatches.RenewEvery * 3);
        Assert.That(table.Renewed, Is.EqualTo(new[] { 7L, 7L, 7L }));
        Assert.That(HeldBatches.RenewEvery * 3, Is.LessThan(SqlServerLaneTable.Lease), "two renewals may fail");
    }

    private static ILaneTable Table(TestStore store) => store.Kind == StoreKind.SqlServer
        ? new SqlServerLaneTable(store.Open(), TimeProvider.System)
        : new SqliteLaneTable(((SqliteDatabase)store.Open()).FilePath, TimeProvider.System);

    private Task AppendAsync(params (int Lane, int Events)[] batches) =>
        _table.AppendAsync([.. batches.Select(batch => new LaneBatch(batch.Lane, batch.Events, new byte[] { 1 }))], CancellationToken.None);

    private async Task<IEnumerable<(int Lane, int Events)>> PeekAsync(int maxEvents) =>
        (await _table.TakeAsync(maxEvents, CancellationToken.None)).Select(stored => (stored.Batch.Lane, stored.Batch.Count));

    private sealed class RenewedTable : ILaneTable
    {
        public ConcurrentQueue<long> Renewed { get; } = new();

        public Task RenewAsync(IReadOnlyList<StoredLaneBatch> batches, CancellationToken cancellation)
        {
            Renewed.Enqueue(batches[0].Id);
            return Task.CompletedTask;
        }

        public Task AppendAsync(IReadOnlyList<LaneBatch> batches, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<StoredLaneBatch>> TakeAsync(int maxEvents, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task RemoveAsync(IReadOnlyList<StoredLaneBatch> batches, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task ReleaseAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task<LaneRow> LastAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task<LaneBacklog> BacklogAsync(CancellationToken cancellation) => throw new NotSupportedException();
    }
}
