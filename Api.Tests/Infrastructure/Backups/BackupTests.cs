using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Backups;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Backups;

/// <summary>Backup of a store in use into one archive, and the restore from it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BackupTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFolder _folder = new(), _elsewhere = new();

    private string Archive => _folder.File("backup.zip");

    public void Dispose()
    {
        _folder.Dispose();
        _elsewhere.Dispose();
    }

    [Test]
    public async Task Events_that_a_worker_takes_from_the_lanes_between_the_two_copies_are_in_the_backup()
    {
        await using (var service = await TestService.StartAsync(["Roles=api"], folder: _folder))
        {
            await PostAsync(service, "e1", "e2");
            var taken = false;
            await WriteAsync((_, _) =>
            {
                if (!taken) ProcessAsync(service).GetAwaiter().GetResult();
                taken = true;
            });
        }

        await RestoreAsync();
        await using var restored = await TestService.StartAsync(folder: _elsewhere);
        await Eventually.GetAsync(() => EventsAsync(restored), ids => ids is ["e1", "e2"], "both events are there, once each");
        await restored.SettledAsync();
        var signals = await restored.GetAsync("/v1/accounts/acme/signals");
        Assert.That(signals.GetProperty("signals").GetProperty("logins30").GetProperty("value").GetDouble(), Is.EqualTo(2));
        Assert.That(await AcceptedAsync(restored), Is.EqualTo((2, 0, 0)));
    }

    [Test]
    public async Task Events_accepted_after_the_lanes_were_copied_are_not_counted_after_a_restore()
    {
        await using (var service = await TestService.StartAsync(["Roles=api"], folder: _folder))
        {
            await PostAsync(service, "e1");
            var posted = false;
            await WriteAsync((_, _) =>
            {
                if (!posted) PostAndCountAsync(service, "e2", "e3").GetAwaiter().GetResult();
                posted = true;
            });
        }

        await RestoreAsync();
        await using (var waiting = await TestService.StartAsync(["Roles=api"], folder: _elsewhere))
            Assert.That(await AcceptedAsync(waiting), Is.EqualTo((1, 1, 0)), "e1 is pending");
        await using var restored = await TestService.StartAsync(folder: _elsewhere);
        await Eventually.GetAsync(() => EventsAsync(restored), ids => ids is ["e1"], "the event of the copied lanes is there");
        await restored.SettledAsync();
        Assert.That(await AcceptedAsync(restored), Is.EqualTo((1, 0, 0)));
    }

    [Test]
    public async Task Writes_during_the_copy_of_the_database_neither_wait_nor_damage_the_copy()
    {
        await using (var service = await TestService.StartAsync(folder: _folder))
        {
            await FillAsync(service);
            var number = 0;
            await WriteAsync(
                (_, _) => service.PutAsync($"/v1/accounts/meanwhile-{number++}", new { name = "Meanwhile" }).GetAwaiter().GetResult());
            Assert.That(number, Is.GreaterThan(3), "the copy took several steps");
        }

        await RestoreAsync();
        await using var restored = await TestService.StartAsync(folder: _elsewhere);
        Assert.That(await TestStore.In(_elsewhere).QueryAsync<long>("SELECT COUNT(*) FROM filling"), Is.EqualTo(new[] { 30_000 }));
    }

    [Test]
    public async Task A_restored_lane_table_does_not_reuse_row_numbers_that_the_database_may_know()
    {
        await using (var service = await TestService.StartAsync(["Roles=api"], folder: _folder))
        {
            await PostAsync(service, "e1");
            await WriteAsync();
        }

        await RestoreAsync();
        await using var restored = await TestService.StartAsync(["Roles=api"], folder: _elsewhere);
        await PostAsync(restored, "e2");
        var rows = await restored.Services.GetRequiredService<ILaneTable>().TakeAsync(100, CancellationToken.None);
        Assert.That(rows.Select(row => row.Id), Is.EqualTo(new[] { 1, (1L << 32) + 2 }));
    }

    [Test]
    public async Task Only_the_owner_can_read_the_archive_and_the_restored_files()
    {
        await BackUpAsync();
        await RestoreAsync();
        string[] files = [Archive, .. ((string[])["health.db", "health.lanes.db", "health.webhooks.key"]).Select(_elsewhere.File)];
        Assert.That(files.Select(file => OperatingSystem.IsWindows() ? OwnerOnly : File.GetUnixFileMode(file)), Is.All.EqualTo(OwnerOnly));
        Assert.That(
            Directory.GetFileSystemEntries(_elsewhere.Path).Concat(Directory.GetFileSystemEntries(_folder.Path)), Has.None.Matches<string>(
                name => name!.EndsWith(".partial", StringComparison.Ordinal) || name.EndsWith(".restoring", StringComparison.Ordinal)),
                "no temporary file is left");
    }

    [Test]
    public async Task The_journal_of_the_replaced_database_is_not_applied_to_the_restored_one()
    {
        await BackUpAsync();
        await using (var other = await TestService.StartAsync(folder: _elsewhere))
            await other.PutAsync("/v1/accounts/former", new { name = "Former" });
        foreach (var companion in (string[])["-wal", "-shm", "-journal"])
            await File.WriteAllTextAsync(_elsewhere.File("health.db" + companion), "former");
        await RestoreAsync(replace: true);
        await using var restored = await TestService.StartAsync(folder: _elsewhere);
        var accounts = (await restored.GetAsync("/v1/accounts")).GetProperty("data").EnumerateArray()
            .Select(account => account.GetProperty("id").GetString());
        Assert.That(accounts, Is.EqualTo(new[] { "acme" }));
    }

    [Test]
    public async Task After_an_interrupted_restore_the_store_is_not_used_until_the_restore_is_repeated()
    {
        await BackUpAsync();
        // The lanes and the key are replaced, but the database cannot be: a folder is in its place.
        Directory.CreateDirectory(_elsewhere.File("health.db/in-the-way"));
        Assert.That(() => RestoreAsync(replace: true), Throws.InstanceOf<IOException>());
        Directory.Delete(_elsewhere.File("health.db"), recursive: true);

        var run = await CommandRun.OfAsync(_elsewhere, "migrate");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.ExitCode, Is.EqualTo(1), "otherwise a new database would be used with the restored lanes");
            Assert.That(run.Error, Does.StartWith($"A restore of {_elsewhere.File("health.db")} was interrupted: run healthapi restore"));
        }

        await RestoreAsync(replace: true);
        await using var restored = await TestService.StartAsync(folder: _elsewhere);
        Assert.That((await restored.GetAsync("/v1/accounts/acme")).GetProperty("id").GetString(), Is.EqualTo("acme"));
        Assert.That(Directory.GetFiles(_elsewhere.Path).Where(file => file.Contains("restoring", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Existing_data_is_replaced_only_with_force()
    {
        await BackUpAsync();
        await File.WriteAllTextAsync(_elsewhere.File("health.webhooks.key"), "a key");
        Assert.That(
            () => RestoreAsync(),
            Throws.InstanceOf<BackupException>().With.Message.EqualTo(
                $"{_elsewhere.File("health.webhooks.key")} exists; --force replaces the data that is there."));
        Assert.That(
            () => WriteAsync(), Throws.InstanceOf<BackupException>().With.Message.EqualTo($"{Archive} exists; --force replaces it."));
    }

    [Test]
    public async Task A_damaged_archive_is_refused_and_existing_files_stay_unchanged(
        [Values("cut", "flipped", "swapped", "empty", "text")] string damage)
    {
        await BackUpAsync();
        await File.WriteAllTextAsync(_elsewhere.File("health.db"), "what is there");
        await DamageAsync(damage);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => RestoreAsync(replace: true), Throws.InstanceOf<BackupException>());
            Assert.That(await File.ReadAllTextAsync(_elsewhere.File("health.db")), Is.EqualTo("what is there"));
            Assert.That(Directory.GetFileSystemEntries(_elsewhere.Path), Has.Length.EqualTo(1));
        }
    }

    [Test]
    public async Task An_archive_of_a_newer_schema_is_refused()
    {
        await BackUpAsync();
        Rewrite("manifest.json", text =>
        {
            var manifest = JsonNode.Parse(text)!;
            manifest["schema"]!.AsArray().Add("9999_later");
            manifest["version"] = "9.9.9";
            return manifest.ToJsonString();
        });
        Assert.That(
            () => RestoreAsync(),
            Throws.InstanceOf<BackupException>().With.Message.Contains("was written by HealthApi 9.9.9 with a newer schema"));
    }

    private static StoreFiles FilesOf(TempFolder folder) =>
        new(folder.File("health.db"), folder.File("health.lanes.db"), folder.File("health.webhooks.key"));

    private static async Task PostAsync(TestService service, params string[] ids)
    {
        using var answer = await service.Client.PostAsJsonAsync(
            "/v1/events", ids.Select(id => new { id, type = "usage.login", accountId = "acme", data = new { userId = "u1" } }));
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Posts events and writes the count of accepted events to the database.</summary>
    private static async Task PostAndCountAsync(TestService service, params string[] ids)
    {
        await PostAsync(service, ids);
        await service.Services.GetServices<IHostedService>().OfType<AcceptedEvents>().Single().WriteAsync(CancellationToken.None);
    }

    private static async Task<(long Accepted, long Pending, long Balance)> AcceptedAsync(TestService service)
    {
        var stats = await service.GetAsync("/v1/ingestion/stats");
        return (stats.GetProperty("accepted").GetInt64(), stats.GetProperty("pending").GetInt64(), stats.GetProperty("balance").GetInt64());
    }

    /// <summary>Processes events as a worker does: it commits them to the database first and then removes them from the lanes.</summary>
    private static async Task ProcessAsync(TestService service)
    {
        var table = service.Services.GetRequiredService<ILaneTable>();
        var taken = await table.TakeAsync(100, CancellationToken.None);
        await service.IntakeAsync([.. taken.Select(stored => stored.Batch.Payload)]);
        await table.RemoveAsync(taken, CancellationToken.None);
    }

    private static async Task<IReadOnlyList<string>> EventsAsync(TestService service) =>
        [.. await service.Database.ReadAsync(
            connection => connection.QueryAsync<string>("SELECT id FROM events ORDER BY id"), CancellationToken.None)];

    /// <summary>Fills the database with about 30 MB, so that the copy takes several steps.</summary>
    private static Task<int> FillAsync(TestService service) => service.Database.ExecuteAsync(
        """
        CREATE TABLE filling (text TEXT);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) INSERT INTO filling
            SELECT hex(randomblob(500)) FROM n;
        """);

    private async Task BackUpAsync()
    {
        await using var service = await TestService.StartAsync(folder: _folder);
        await PostAsync(service, "e1");
        await WriteAsync();
    }

    private Task<BackupManifest> WriteAsync(Action<string, double>? progress = null) =>
        new BackupWriter(FilesOf(_folder), TimeProvider.System)
            .WriteAsync(Archive, replace: false, progress ?? ((_, _) => { }), CancellationToken.None);

    private Task<BackupManifest> RestoreAsync(bool replace = false) =>
        new BackupRestorer(FilesOf(_elsewhere)).RestoreAsync(Archive, replace, (_, _) => { }, CancellationToken.None);

    private async Task DamageAsync(string damage)
    {
        SqliteConnection.ClearAllPools();
        var bytes = await File.ReadAllBytesAsync(Archive);
        switch (damage)
        {
            case "cut": await File.WriteAllBytesAsync(Archive, bytes[..(bytes.Length / 2)]); break;
            case "flipped":
                bytes[bytes.Length / 3] ^= 0x10;
                await File.WriteAllBytesAsync(Archive, bytes);
                break;
            case "swapped": Rewrite("health.webhooks.key", _ => Convert.ToBase64String(new byte[32])); break;
            case "empty": await File.WriteAllBytesAsync(Archive, []); break;
            default: await File.WriteAllTextAsync(Archive, "no archive"); break;
        }
    }

    private void Rewrite(string name, Func<string, string> change)
    {
        using var archive = ZipFile.Open(Archive, ZipArchiveMode.Update);
        var entry = archive.GetEntry(name)!;
        string text;
        using (var reader = new StreamReader(entry.Open())) text = reader.ReadToEnd();
        entry.Delete();
        using var writer = new StreamWriter(archive.CreateEntry(name).Open());
        writer.Write(change(text));
    }
}
