using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Secrets;

/// <summary><c>serve</c> without a key that is still needed exits with 2 and one line, and writes nothing.</summary>
internal sealed class MissingKeyTests
{
    [Test]
    public async Task A_removed_key_that_is_still_needed_is_named()
    {
        using var folder = await StoreAsync(KeySettings.Of(1));
        var run = await CommandRun.OfAsync(folder, "serve", "--" + KeySettings.Of(2)[0]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error.Trim(), Is.EqualTo(
                $"The secrets of 1 webhook subscription and 2 integrations cannot be opened: add the key {KeySettings.Prefix(1)[3..^1]} "
                    + "to Webhooks:PreviousEncryptionKeys "
                + "until they are sealed again; if it is lost, start with --Webhooks:AllowUnreadableSecrets true and rotate these "
                    + "secrets."));
        }
    }

    [Test]
    public async Task A_missing_key_file_is_not_replaced_by_another_key()
    {
        using var folder = await StoreAsync([]);
        File.Delete(KeyFile(folder));
        var run = await CommandRun.OfAsync(folder, "serve");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(
                run.Error,
                Does.StartWith(
                    $"{KeyFile(folder)} is missing. It holds the key to the secrets of 1 webhook subscription and 2 integrations: restore "
                        + "it"));
            Assert.That(File.Exists(KeyFile(folder)), Is.False);
        }
    }

    [TestCase("")]
    [TestCase("not a key")]
    [TestCase("AAAA")]
    public async Task A_key_file_without_a_valid_key_is_named(string content)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(KeyFile(folder), content);
        var run = await CommandRun.OfAsync(folder, "serve");
        Assert.That(
            (run.ExitCode, run.Error.Trim()),
            Is.EqualTo((2, $"{KeyFile(folder)} does not hold the base64 of 32 bytes: restore the file from a backup.")));
    }

    [Test]
    public async Task A_key_file_that_cannot_be_read_is_named()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(KeyFile(folder));
        var run = await CommandRun.OfAsync(folder, "serve");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error, Does.Contain(KeyFile(folder)));
        }
    }

    [Test]
    public async Task With_AllowUnreadableSecrets_the_service_starts_without_a_lost_key()
    {
        using var folder = await StoreAsync(KeySettings.Of(1));
        using var service = await Executable.StartAsync(
            folder, "--Storage:ConnectionString", $"Data Source={folder.File("health.db")}", "--urls", "http://127.0.0.1:0",
            "--" + KeySettings.Of(2)[0], "--Webhooks:AllowUnreadableSecrets=true");
        Assert.That(service.Output, Does.Contain("listens on"));
    }

    private static string KeyFile(TempFolder folder) => folder.File("health.webhooks.key");

    /// <summary>A store with a subscription and two integrations.</summary>
    private static async Task<TempFolder> StoreAsync(IEnumerable<string> settings)
    {
        var folder = new TempFolder();
        await using var service = await TestService.StartAsync(settings, folder: folder);
        await service.SubscribeAsync(new Uri("http://127.0.0.1:9999/"));
        foreach (var vendor in (string[])["stripe", "segment"]) await service.CreateIntegrationAsync(vendor);
        return folder;
    }
}
