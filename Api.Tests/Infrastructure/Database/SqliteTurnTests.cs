using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Database;

/// <summary>Processes that write the same file take turns.</summary>
internal sealed class SqliteTurnTests
{
    private const string Work = """
        INSERT INTO settings (name, value) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
            SELECT 'turn' || i, i FROM n WHERE true
        ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """;

    [Test]
    public async Task A_writer_waits_for_a_transaction_or_two_of_a_busy_one_and_not_for_luck()
    {
        using var folder = new TempFolder();
        using var service = new SqliteDatabase($"Data Source={folder.File("health.db")}");
        using var command = new SqliteDatabase($"Data Source={folder.File("health.db")}");
        await service.MigrateAsync(CancellationToken.None);
        using var enough = new CancellationTokenSource();
        var commits = 0;
        var busy = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                await WriteAsync(service);
                Interlocked.Increment(ref commits);
            }
        });
        await Eventually.TrueAsync(() => Volatile.Read(ref commits) > 0, "the service writes");

        var most = 0;
        for (var write = 0; write < 20; write++)
        {
            var (before, meanwhile) = (Volatile.Read(ref commits), 0);
            await command.WriteAsync(_ => Task.FromResult(meanwhile = Volatile.Read(ref commits) - before), CancellationToken.None);
            most = Math.Max(most, meanwhile);
        }

        await enough.CancelAsync();
        await busy;
        Assert.That(most, Is.LessThanOrEqualTo(10), "commits of the other in between; without turns it is all of a poll's pause");
    }

    [Test]
    public async Task A_file_that_cannot_be_made_is_not_taken_for_one_that_another_writer_holds()
    {
        using var folder = new TempFolder();
        // Room for the database's name, and for no name that is longer.
        using var turn = new SqliteTurn(folder.File(new string('h', 250)), TimeSpan.MaxValue);
        var taking = turn.TakeAsync(CancellationToken.None);
        Assert.That(taking.IsCompletedSuccessfully, "nobody holds it, so nobody is waited for");
        (await taking).Dispose();
    }

    [Test]
    public async Task A_command_beside_a_service_that_writes_for_long_finds_nothing_to_migrate()
    {
        using var folder = new TempFolder();
        using var service = new SqliteDatabase($"Data Source={folder.File("health.db")}");
        using var command = new SqliteDatabase($"Data Source={folder.File("health.db")};Default Timeout=1");
        await service.MigrateAsync(CancellationToken.None);
        await service.WriteAsync(
            async transaction =>
            {
                await command.MigrateAsync(CancellationToken.None);
                return true;
            },
            CancellationToken.None);
    }

    private static Task<int> WriteAsync(SqliteDatabase database) =>
        database.ExecuteAsync(Work);
}
