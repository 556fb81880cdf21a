using System.Net;
using System.Net.Http.Headers;
using HealthApi.Api.Commands;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Commands;

public sealed class KeysCommandTests
{
    [Test]
    public async Task A_created_key_is_printed_once_has_its_scopes_and_stops_working_when_revoked()
    {
        using var folder = new TempFolder();
        var created = await CommandRun.OfAsync(folder, "keys", "create", "--name", "crm", "--scope", "ingest", "--scope", "read");
        var secret = created.Output.Trim();
        var list = (await CommandRun.OfAsync(folder, "keys", "list")).Output;
        var id = list.Split(' ', '\n').Single(word => word.StartsWith("key_", StringComparison.Ordinal));

        Assert.That(secret, Does.Match("^hk_[A-Za-z0-9_-]{43}$"), "standard output contains only the key, for scripts");
        Assert.That(list, Does.Contain("crm").And.Contain("ingest read").And.Not.Contain(secret));
        Assert.That(await StatusAsync(folder, secret, "/v1/accounts"), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await StatusAsync(folder, secret, "/v1/keys"), Is.EqualTo(HttpStatusCode.Forbidden));

        Assert.That((await CommandRun.OfAsync(folder, "keys", "revoke", id)).ExitCode, Is.EqualTo(ExitCode.Done));
        Assert.That((await CommandRun.OfAsync(folder, "keys", "revoke", id)).ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(await StatusAsync(folder, secret, "/v1/accounts"), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_key_may_have_an_expiry_and_the_list_shows_it()
    {
        using var folder = new TempFolder();
        var clock = new ManualTimeProvider();
        var created = await CommandRun.OfAsync(
            folder, ["keys", "create", "--name", "contractor", "--scope", "read", "--expires", "10d"], clock);
        Assert.That(created.Error, Does.Contain("valid until 2026-11-30 09:00:00Z"));
        Assert.That((await CommandRun.OfAsync(folder, ["keys", "list"], clock)).Output,
            Does.Contain("expiring").And.Contain("2026-11-30 09:00:00Z"));
        foreach (var wrong in (string[])["soon", "2026-11-20T09:00:00Z", "0d", "99999999999d"])
        {
            Assert.That((await CommandRun.OfAsync(
                folder, ["keys", "create", "--name", "n", "--scope", "read", "--expires", wrong], clock)).ExitCode,
                    Is.EqualTo(ExitCode.Usage), wrong);
        }
    }

    [TestCase("..")]
    [TestCase("a\u200bb", Description = "a zero-width space")]
    [TestCase("  ")]
    public async Task A_name_that_cannot_be_the_source_of_events_is_refused(string name)
    {
        using var folder = new TempFolder();
        var created = await CommandRun.OfAsync(folder, "keys", "create", "--name", name, "--scope", "ingest");
        Assert.That(created.ExitCode, Is.EqualTo(ExitCode.Usage), created.Error);
        Assert.That(created.Error, Does.Contain("--name: "));
    }

    [Test]
    public async Task Spaces_around_a_name_are_removed()
    {
        using var folder = new TempFolder();
        var created = await CommandRun.OfAsync(folder, "keys", "create", "--name", " crm ", "--scope", "ingest");
        Assert.That(created.Error, Does.Contain("'crm'"));
    }

    private static async Task<HttpStatusCode> StatusAsync(TempFolder folder, string key, string path)
    {
        await using var service = await TestService.StartAsync(folder: folder);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await service.Client.SendAsync(request);
        return response.StatusCode;
    }
}
