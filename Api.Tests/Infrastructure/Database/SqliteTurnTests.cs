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
    public async Task A_writer_waits_for_at_most_a_few_transactions_of_a_busy_process()
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

        // Without turns it would be as many commits as fit into the pause between two polls.
        var most = 0;
        for (var write = 0; write < 20; write++)
        {
            var (before, meanwhile) = (Volatile.Read(ref commits), 0);
            await command.WriteAsync(_ => Task.FromResult(meanwhile = Volatile.Read(ref commits) - before), CancellationToken.None);
            most = Math.Max(most, meanwhile);
        }

        await enough.CancelAsync();
        await busy;
        Assert.That(most, Is.LessThanOrEqualTo(10), "commits of the other process during one wait");
    }

    [Test]
    public async Task A_turn_file_that_cannot_be_created_does_not_make_the_writer_wait()
    {
        using var folder = new TempFolder();
        // The name is short enough for the database, but too long with the suffix of the turn file.
        using var turn = new SqliteTurn(folder.File(new string('h', 250)), TimeSpan.MaxValue);
        var taking = turn.TakeAsync(CancellationToken.None);
        Assert.That(taking.IsCompletedSuccessfully, "no process holds the turn, so there is no wait");
        (await taking).Dispose();
    }

    [Test]
    public async Task A_command_with_nothing_to_migrate_does_not_wait_for_a_long_write_of_the_service()
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
