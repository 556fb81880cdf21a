using HealthApi.Api.Tests.Support;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Lanes.Embedded;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.Embedded;

/// <summary>
/// The lane file of SQLite. When it cannot be read, that is an outage like any other: loops wait, and requests are answered 503.
/// </summary>
internal sealed class LaneFileTests
{
    [Test]
    public async Task A_deleted_lane_file_makes_the_store_unavailable()
    {
        using var folder = new TempFolder();
        var disk = Directory.CreateDirectory(folder.File("disk"));
        using var table = new SqliteLaneTable(Path.Combine(disk.FullName, "health.db"), TimeProvider.System);
        await table.AppendAsync([new LaneBatch(0, 1, new byte[] { 1 })], CancellationToken.None);
        using var database = new SqliteDatabase($"Data Source={folder.File("health.db")}");
        await database.MigrateAsync(CancellationToken.None);
        disk.Delete(recursive: true);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => table.BacklogAsync(CancellationToken.None), Throws.InstanceOf<StoreUnavailableException>());
            Assert.That(() => table.TakeAsync(100, CancellationToken.None), Throws.InstanceOf<StoreUnavailableException>());
            Assert.That(
                await new EmbeddedTransport(
                    table, new LaneSignal(TimeProvider.System), new WriteProbe(database, table, TimeProvider.System))
                .IsReachableAsync(CancellationToken.None), Is.False, "the transport is not reachable");
        }
    }

    [Test]
    public async Task Large_batches_are_taken_a_few_mebibytes_at_a_time()
    {
        using var folder = new TempFolder();
        using var table = new SqliteLaneTable(folder.File("health.db"), TimeProvider.System);
        await table.AppendAsync(
            [.. Enumerable.Range(0, 40).Select(number => new LaneBatch(number % 2, 1, new byte[1024 * 1024]))], CancellationToken.None);
        var taken = 0;
        while (await table.TakeAsync(4_000, CancellationToken.None) is { Count: > 0 } batches)
        {
            Assert.That(batches.Sum(stored => stored.Batch.Payload.Length), Is.LessThanOrEqualTo(8 * 1024 * 1024));
            taken += batches.Count;
            await table.RemoveAsync(batches, CancellationToken.None);
        }

        Assert.That(taken, Is.EqualTo(40));
    }

    [Test]
    public async Task Waiting_events_are_counted_correctly_when_two_processes_write_the_file()
    {
        using var folder = new TempFolder();
        using var first = new SqliteLaneTable(folder.File("health.db"), TimeProvider.System);
        await AppendAsync(first, 5, 6);
        Assert.That(await WaitingAsync(first), Is.EqualTo(11));
        using var second = new SqliteLaneTable(folder.File("health.db"), TimeProvider.System);
        Assert.That(await WaitingAsync(second), Is.EqualTo(11), "the events that were there before");

        var taken = await second.TakeAsync(100, CancellationToken.None);
        await second.RemoveAsync(taken, CancellationToken.None);
        await AppendAsync(second, 3);
        Assert.That(await WaitingAsync(first), Is.EqualTo(3), "the removals and appends of the other process count");
        await AppendAsync(first, 4);
        await first.RemoveAsync(taken, CancellationToken.None);
        Assert.That(
            (await WaitingAsync(first), await WaitingAsync(second)), Is.EqualTo((7, 7)), "a removed batch is not subtracted twice");
    }

    [Test]
    public async Task The_events_of_a_reopened_lane_file_are_counted_again()
    {
        using var folder = new TempFolder();
        using (var before = new SqliteLaneTable(folder.File("health.db"), TimeProvider.System)) await AppendAsync(before, 5, 6);
        using var table = new SqliteLaneTable(folder.File("health.db"), TimeProvider.System);
        await AppendAsync(table, 1);
        await table.RemoveAsync([(await table.TakeAsync(100, CancellationToken.None))[0]], CancellationToken.None);
        Assert.That(await WaitingAsync(table), Is.EqualTo(7));
    }

    private static Task AppendAsync(SqliteLaneTable table, params int[] events) =>
        table.AppendAsync([.. events.Select(count => new LaneBatch(0, count, new byte[] { 1 }))], CancellationToken.None);

    private static async Task<long> WaitingAsync(SqliteLaneTable table) => (await table.BacklogAsync(CancellationToken.None)).Events;
}
