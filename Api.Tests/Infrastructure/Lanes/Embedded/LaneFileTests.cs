using HealthApi.Api.Tests.Support;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Lanes.Embedded;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.Embedded;

/// <summary>A lane file that cannot be read is an outage like any other: waited for, and answered with 503.</summary>
internal sealed class LaneFileTests
{
    [Test]
    public async Task A_lane_file_that_is_gone_is_an_outage()
    {
        using var folder = new TempFolder();
        var disk = Directory.CreateDirectory(folder.File("disk"));
        using var table = new SqliteLaneTable(Path.Combine(disk.FullName, "health.db"), TimeProvider.System);
        await table.AppendAsync([new LaneBatch(0, 1, new byte[] { 1 })], CancellationToken.None);
        disk.Delete(recursive: true);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => table.BacklogAsync(CancellationToken.None), Throws.InstanceOf<StoreUnavailableException>());
            Assert.That(() => table.TakeAsync(100, CancellationToken.None), Throws.InstanceOf<StoreUnavailableException>());
            Assert.That(await new EmbeddedTransport(table, new LaneSignal(TimeProvider.System)).IsReachableAsync(CancellationToken.None), Is.False, "the ready check says so");
        }
    }

    [Test]
    public async Task Large_batches_are_taken_a_few_mebibytes_at_a_time()
    {
        using var folder = new TempFolder();
        using var table = new SqliteLaneTable(folder.File("health.db"), TimeProvider.System);
        await table.AppendAsync([.. Enumerable.Range(0, 40).Select(number => new LaneBatch(number % 2, 1, new byte[1024 * 1024]))], CancellationToken.None);
        var taken = 0;
        while (await table.TakeAsync(4_000, CancellationToken.None) is { Count: > 0 } batches)
        {
            Assert.That(batches.Sum(stored => stored.Batch.Payload.Length), Is.LessThanOrEqualTo(8 * 1024 * 1024));
            taken += batches.Count;
            await table.RemoveAsync(batches, CancellationToken.None);
        }

        Assert.That(taken, Is.EqualTo(40));
    }
}
