using HealthApi.Api.Tests.Support;
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
    public async Task It_starts_again_on_what_it_left_and_by_another_clock()
    {
        using var folder = new TempFolder();
        await using (await TestService.StartAsync(folder: folder))
        {
        }

        await using var again = await TestService.StartAsync(folder: folder, clock: new ManualTimeProvider());
        Assert.That((await again.GetAsync("/health/ready")).GetProperty("status").GetString(), Is.EqualTo("ready"));
    }
}
