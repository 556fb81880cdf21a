using System.Runtime.Versioning;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd;

internal sealed class ServiceStartTests
{
    [Test]
    public async Task The_service_starts_on_an_empty_folder_and_is_ready()
    {
        await using var service = await TestService.StartAsync();

        Assert.That((await service.GetAsync("/health/ready")).GetProperty("status").GetString(), Is.EqualTo("ready"));
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform(Exclude = "Win", Reason = "Windows has no Unix file modes.")]
    public async Task Created_files_can_be_read_by_their_owner_only()
    {
        using var folder = new TempFolder();
        await using var service = await TestService.StartAsync(folder: folder);
        await service.PostAsync("/v1/events", new { id = "e1", type = "usage.login", accountId = "acme" });
        await service.SettledAsync();
        var files = Directory.GetFiles(folder.Path, "health.*")
            .ToDictionary(file => Path.GetFileName(file)!, file => File.GetUnixFileMode(file));
        Assert.That(
            files.Keys,
            Is.SupersetOf(
                (string[])["health.db", "health.db-wal", "health.db-shm", "health.lanes.db", "health.lanes.db-wal", "health.lanes.db-shm",
                "health.webhooks.key"]));
        Assert.That(files.Values, Has.All.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite), string.Join(' ', files));
    }

    [Test]
    public async Task The_service_starts_again_on_its_files_with_another_clock()
    {
        using var folder = new TempFolder();
        await using (await TestService.StartAsync(folder: folder))
        {
        }

        await using var again = await TestService.StartAsync(folder: folder, clock: new ManualTimeProvider());
        Assert.That((await again.GetAsync("/health/ready")).GetProperty("status").GetString(), Is.EqualTo("ready"));
    }
}
