using System.Diagnostics;
using System.Text.RegularExpressions;
using HealthApi.Api.Commands;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Commands;

/// <summary>The executable, started without configuration except for a free port, as a new user does.</summary>
public sealed partial class ServeCommandTests
{
    [Test]
    public async Task The_first_start_prints_a_key_and_working_curl_lines_and_the_second_start_prints_no_key()
    {
        if (!File.Exists("/bin/sh") || !File.Exists("/usr/bin/curl")) Assert.Ignore("The printed lines need a shell and curl.");
        using var folder = new TempFolder();
        using (var service = await Executable.StartAsync(folder, "--urls", "http://127.0.0.1:0"))
        {
            Assert.That(service.Output, Does.Contain(Path.Combine(folder.Path, "data", "health.db")), "the output names the database file");
            var key = KeyPattern().Match(service.Output).Value;
            Assert.That(key, Is.Not.Empty);
            var lines = CurlPattern().Matches(service.Output).Select(match => match.Value).ToList();
            Assert.That(lines, Has.Count.EqualTo(2));
            Assert.That(await PasteAsync(lines[0]), Does.Contain("""{"accepted":1,"rejected":[]}"""));
            // The printed line sleeps for a second, which may be too short on a busy machine.
            await Eventually.GetAsync(
                () => PasteAsync(lines[1]), answer => answer.Contains("\"accountId\":\"acme\"", StringComparison.Ordinal),
                    "the account's health");
        }

        using var again = await Executable.StartAsync(folder, "--urls", "http://127.0.0.1:0");
        Assert.That(again.Output, Does.Not.Contain("hk_"), "the key is printed only once");
    }

    [Test]
    public async Task With_a_configured_key_no_key_is_printed_or_created()
    {
        using var folder = new TempFolder();
        using var service =
            await Executable.StartAsync(folder, "serve", "--urls=http://127.0.0.1:0", "--Auth:AdminKey", "hk_configured-by-the-tests");

        Assert.That(service.Output, Does.Not.Contain("hk_"));
        Assert.That((await CommandRun.OfAsync(folder, "keys", "list")).Output, Does.Contain("no key yet"));
    }

    [Test]
    public async Task A_port_in_use_exits_with_1_and_one_line()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        var port = ServiceProcess.FreePort();
        using var first = await Executable.StartAsync(folder, "--urls", $"http://localhost:{port}");
        using var second = Executable.Run(other, "--urls", $"http://localhost:{port}");
        await second.ExitedAsync();

        Assert.That(second.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(second.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1), second.Error);
        Assert.That(second.Error, Does.Contain($"http://localhost:{port}").And.Contain("--urls"));
        Assert.That(second.Output, Does.Not.Contain("hk_"), "no key is created when the service cannot start");
    }

    [Test]
    public async Task A_lane_file_that_is_not_a_database_exits_with_1_and_one_line_before_listening()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "data"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "data", "health.lanes.db"), new string('x', 8192));
        using var service = Executable.Run(folder, "--urls", "http://127.0.0.1:0");
        await service.ExitedAsync();

        Assert.That(service.ExitCode, Is.EqualTo(ExitCode.Failed), service.Output);
        Assert.That(service.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1), service.Error);
        Assert.That(service.Error, Does.Contain("health.lanes.db").And.Contain("not a database"));
        Assert.That(service.Output, Does.Not.Contain("listens on"));
    }

    [Test]
    public async Task A_short_admin_key_exits_with_2_before_any_file_is_created()
    {
        using var folder = new TempFolder();
        using var service = Executable.Run(folder, "--urls", "http://127.0.0.1:0", "--Auth:AdminKey", "hk_twenty-three-letters");
        await service.ExitedAsync();

        Assert.That(service.ExitCode, Is.EqualTo(ExitCode.Usage), service.Output);
        Assert.That(service.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1), service.Error);
        Assert.That(service.Error, Does.Contain("Auth:AdminKey").And.Contain("24").And.Not.Contain("hk_twenty"));
        Assert.That(Directory.Exists(Path.Combine(folder.Path, "data")), Is.False);
    }

    [Test]
    public async Task Invalid_settings_exit_with_2_and_one_line_before_any_file_is_created()
    {
        using var folder = new TempFolder();
        using var service =
            Executable.Run(folder, "--urls", "http://127.0.0.1:0", "--Retention:Events=3000.00:00:00x", "--Messaging:Partitions=0");
        await service.ExitedAsync();

        Assert.That(service.ExitCode, Is.EqualTo(ExitCode.Usage), service.Output);
        Assert.That(service.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1), service.Error);
        Assert.That(
            service.Error,
            Does.Contain("Retention:Events '3000.00:00:00x'").And.Contain("Messaging:Partitions '0'").And.Contain("1 to 256"));
        Assert.That((service.Output, Directory.Exists(Path.Combine(folder.Path, "data"))), Is.EqualTo(("", false)));
    }

    [Test]
    public async Task SIGTERM_stops_the_service_with_exit_code_0()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("There is no SIGTERM.");
        using var folder = new TempFolder();
        using var service = await Executable.StartAsync(folder, "--urls", "http://127.0.0.1:0");
        using (var kill = Process.Start("kill", ["-TERM", service.Id.ToString()])) await kill.WaitForExitAsync();
        await service.ExitedAsync();

        Assert.That((service.ExitCode, service.Error), Is.EqualTo((ExitCode.Done, "")));
    }

    private static async Task<string> PasteAsync(string line)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return output;
    }

    [GeneratedRegex("hk_[A-Za-z0-9_-]{43}")]
    private static partial Regex KeyPattern();

    [GeneratedRegex("(?m)^ +curl.*$")]
    private static partial Regex CurlPattern();
}
