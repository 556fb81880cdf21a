using System.Collections.Concurrent;
using System.Net.Http.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Backups;

/// <summary>
/// <c>backup</c> while a service is under load, then <c>kill -9</c> and <c>restore</c> into another folder: no event that was accepted
/// before the backup is missing, and none counts twice.
/// </summary>
internal sealed class BackupCommandTests
{
    private readonly ConcurrentQueue<string> _acknowledged = new();

    [Test]
    public async Task A_restored_backup_has_every_event_accepted_before_it_once_and_can_sign_webhooks()
    {
        using TempFolder folder = new(), elsewhere = new();
        await using var receiver = await WebhookReceiver.StartAsync();
        string[] before;
        string webhook, secret;
        using (var service = await ServiceProcess.StartAsync(folder, ServiceProcess.FreePort()))
        {
            (webhook, secret) = await SubscribeAsync(service, receiver);
            using var enough = new CancellationTokenSource();
            var posting = Enumerable.Range(0, 4).Select(sender => Task.Run(() => PostAsync(service, sender, enough.Token))).ToArray();
            await Eventually.TrueAsync(() => _acknowledged.Count > 2_000, "the service is under load");
            before = [.. _acknowledged];
            await BackUpAsync(folder);
            await enough.CancelAsync();
            await Task.WhenAll(posting);
            service.Kill();
        }

        using (var restoring = Run(elsewhere, "restore", folder.File("backup.zip")))
        {
            await restoring.ExitedAsync();
            Assert.That(restoring.ExitCode, Is.Zero, restoring.Error);
        }

        using var restored = await ServiceProcess.StartAsync(elsewhere, ServiceProcess.FreePort());
        await Eventually.GetAsync(
            () => TestStore.In(elsewhere).QueryAsync<string>("SELECT id FROM events"), ids => before.Except(ids).Any() is false,
                "every event accepted before the backup is restored");
        await Eventually.GetAsync(
            () => CountsAsync(elsewhere, restored), counts => counts.Logged == counts.Counted, "each event in the log is counted once");
        using var ping = await restored.Client.PostAsync($"/v1/webhooks/{webhook}/ping", null);
        Assert.That(
            StockVerifier.Verifies(secret, (await receiver.WaitForAsync(1))[0]), Is.True,
                "the restored key can decrypt the signing secret");
    }

    [Test]
    public async Task A_restore_is_refused_while_a_service_uses_the_files()
    {
        using TempFolder folder = new(), elsewhere = new();
        using (var service = await ServiceProcess.StartAsync(folder, ServiceProcess.FreePort())) await BackUpAsync(folder);
        using var other = await ServiceProcess.StartAsync(elsewhere, ServiceProcess.FreePort());
        using var put = await other.Client.PutAsJsonAsync("/v1/accounts/acme", new { name = "Acme" });

        using var restoring = Run(elsewhere, "restore", folder.File("backup.zip"), "--force");
        await restoring.ExitedAsync();
        using var still = await other.Client.GetAsync("/v1/accounts/acme");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (restoring.ExitCode, restoring.Error.Trim()),
                Is.EqualTo((1, $"{elsewhere.File("health.db")} is in use: stop the service (every process that uses it) first.")));
            Assert.That(still.IsSuccessStatusCode, Is.True);
        }

        other.Kill();
        using var again = Run(elsewhere, "restore", folder.File("backup.zip"), "--force");
        await again.ExitedAsync();
        Assert.That(again.ExitCode, Is.Zero, again.Error);
        Assert.That(await TestStore.In(elsewhere).QueryAsync<string>("SELECT id FROM accounts"), Is.Empty);
    }

    [Test]
    public async Task A_restore_names_the_encryption_key_that_the_backup_does_not_contain()
    {
        using TempFolder folder = new(), elsewhere = new();
        await using (var service = await TestService.StartAsync(Secrets.KeySettings.Of(1), folder: folder))
            await service.CreateIntegrationAsync("stripe");
        var written = await CommandRun.OfAsync(folder, "backup", folder.File("backup.zip"));
        var restored = await CommandRun.OfAsync(elsewhere, "restore", folder.File("backup.zip"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                written.Output,
                Does.EndWith(
                    "The archive contains no encryption key: store Webhooks:EncryptionKey with your secrets." + Environment.NewLine));
            Assert.That(restored.Output, Does.EndWith(
                "The secrets of 1 integration cannot be opened yet: start the service with the key "
                    + $"{Secrets.KeySettings.Prefix(1)[3..^1]} as Webhooks:EncryptionKey." + Environment.NewLine));
            Assert.That(File.Exists(elsewhere.File("health.webhooks.key")), Is.False, "no new key is created");
        }
    }

    [TestCase("backup", "BACKUP DATABASE")]
    [TestCase("restore", "RESTORE DATABASE")]
    public async Task With_SQL_Server_the_commands_name_the_T_SQL_statement_to_use(string command, string answer)
    {
        using var folder = new TempFolder();
        var run = await CommandRun.OfAsync(folder, command, folder.File("backup.zip"), "--Storage:Provider=SqlServer");
        Assert.That((run.ExitCode, run.Error.Contains(answer, StringComparison.Ordinal)), Is.EqualTo((1, true)), run.Error);
    }

    private static Executable Run(TempFolder folder, params string[] words) =>
        Executable.Run(folder, [.. words, "--Storage:ConnectionString", $"Data Source={folder.File("health.db")}"]);

    private static async Task BackUpAsync(TempFolder folder)
    {
        using var backup = Run(folder, "backup", folder.File("backup.zip"));
        await backup.ExitedAsync();
        Assert.That(backup.ExitCode, Is.Zero, backup.Error);
    }

    private static async Task<(string Id, string Secret)> SubscribeAsync(ServiceProcess service, WebhookReceiver receiver)
    {
        using var answer =
            await service.Client.PostAsJsonAsync("/v1/webhooks", new { url = receiver.Url, eventTypes = new[] { "webhook.ping" } });
        var made = await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>();
        return (made.GetProperty("id").GetString()!, made.GetProperty("secret").GetString()!);
    }

    private static async Task<(long Logged, long Counted)> CountsAsync(TempFolder folder, ServiceProcess service)
    {
        var logged = (await TestStore.In(folder).QueryAsync<long>("SELECT COUNT(*) FROM events"))[0];
        var signals = await service.Client.GetFromJsonAsync<System.Text.Json.JsonElement>("/v1/accounts/acme/signals");
        return (logged, (long)signals.GetProperty("signals").GetProperty("logins30").GetProperty("value").GetDouble());
    }

    private async Task PostAsync(ServiceProcess service, int sender, CancellationToken enough)
    {
        for (var request = 0; !enough.IsCancellationRequested; request++)
        {
            var ids = Enumerable.Range(0, 20).Select(number => $"{sender}-{request}-{number}").ToList();
            using var answer = await service.Client.PostAsJsonAsync(
                "/v1/events", ids.Select(id => new { id, type = "usage.login", accountId = "acme", data = new { userId = "u1" } }),
                    CancellationToken.None);
            if (!answer.IsSuccessStatusCode) continue;
            foreach (var id in ids) _acknowledged.Enqueue(id);
        }
    }
}
