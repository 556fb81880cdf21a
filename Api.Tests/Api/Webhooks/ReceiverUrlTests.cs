using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Webhooks;

/// <summary>
/// Receiver URLs that are refused while private networks are not allowed: numbers 108 to 117 of the catalogue in <c>EndToEnd/BadInput</c>.
/// </summary>
internal sealed class ReceiverUrlTests
{
    private readonly FakeHostResolver _names = new();
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() =>
        _service = await TestService.StartAsync(["Webhooks:AllowPrivateNetworks=false"], adjust: _names.ReplaceResolver);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase("http://hooks.example.com/", Description = "108")]
    [TestCase("HTTP://hooks.example.com/")]
    [TestCase("file:///etc/passwd", Description = "109")]
    [TestCase("ftp://hooks.example.com/")]
    [TestCase("//127.0.0.1/")]
    [TestCase("/etc/passwd")]
    [TestCase("https:///path")]
    [TestCase("https://2130706433/", Description = "110")]
    [TestCase("https://0x7f000001/")]
    [TestCase("https://0x7f.0.0.1/")]
    [TestCase("https://0177.0.0.1/")]
    [TestCase("https://127.1/")]
    [TestCase("https://127.0.0.1./")]
    [TestCase("https://0/", Description = "111")]
    [TestCase("https://[::1]/")]
    [TestCase("https://[::ffff:127.0.0.1]/", Description = "112")]
    [TestCase("https://[::ffff:7f00:1]/")]
    [TestCase("https://[64:ff9b::7f00:1]/")]
    [TestCase("https://[2002:7f00:1::]/")]
    [TestCase("https://[fe80::1%25eth0]/")]
    [TestCase("https://①②⑦.⓪.⓪.①/", Description = "113")]
    [TestCase("https://１２７.０.０.１/", Description = "full-width digits")]
    [TestCase("https://127。0。0。1/", Description = "ideographic dots")]
    [TestCase("https://bücher.example/", Description = "an internationalized name; only its ASCII form xn--bcher-kva.example is accepted")]
    [TestCase("https://user@hooks.example.com/", Description = "114")]
    [TestCase("https://user:password@hooks.example.com/")]
    [TestCase("https://hooks.example.com\\@127.0.0.1/")]
    [TestCase("https://hooks.example.com:22/", Description = "115")]
    [TestCase("https://hooks.example.com:6379/")]
    [TestCase("https://hooks.example.com/#fragment")]
    [TestCase("https://hooks.example.com/a b")]
    [TestCase("https://localhost/")]
    [TestCase("https://LOCALHOST./")]
    [TestCase("https://printer.local/")]
    [TestCase("https://metadata.google.internal/")]
    [TestCase("https://intranet/")]
    [TestCase("https://100.64.0.1/")]
    [TestCase("https://169.254.169.254/latest/meta-data/")]
    public async Task A_URL_that_is_not_HTTPS_on_a_public_host_is_refused(string url)
    {
        _names.Addresses = [];
        await RefusedAsync(new { url, eventTypes = new[] { "account.churned" } }, "/url");
    }

    [TestCase("10.0.0.5")]
    [TestCase("93.184.216.34", "127.0.0.1")]
    [TestCase("fd00::1")]
    [TestCase("::ffff:192.168.0.1")]
    public async Task A_name_with_any_private_address_is_refused(params string[] addresses)
    {
        _names.Addresses = [.. addresses.Select(IPAddress.Parse)];
        var problem = await RefusedAsync(new { url = "https://hooks.example.com/", eventTypes = new[] { "account.churned" } }, "/url");
        Assert.That(problem.GetRawText(), Does.Not.Contain(addresses[^1]), "the answer does not reveal private addresses");
    }

    [TestCase("https://hooks.example.com/", Description = "does not resolve yet")]
    [TestCase("https://hooks.example.com:8443/a?b=c")]
    [TestCase("https://93.184.216.34/")]
    [TestCase("https://xn--bcher-kva.example/")]
    public async Task A_public_HTTPS_URL_is_accepted(string url)
    {
        _names.Addresses = [];
        var created = await _service.PostAsync("/v1/webhooks", new { url, eventTypes = new[] { "account.churned" } });
        Assert.That(created.GetProperty("url").GetString(), Is.EqualTo(url));
    }

    [Test]
    public async Task A_patched_URL_is_checked_too()
    {
        _names.Addresses = [];
        var created =
            await _service.PostAsync("/v1/webhooks", new { url = "https://hooks.example.com/", eventTypes = new[] { "account.churned" } });
        using var content = JsonContent.Create(new { url = "https://0x7f000001/" });
        using var response = await _service.Client.PatchAsync($"/v1/webhooks/{created.GetProperty("id").GetString()}", content);
        Assert.That((int)response.StatusCode, Is.EqualTo(422));
    }

    [TestCase(23)]
    [TestCase(65)]
    public async Task A_secret_of_less_than_24_or_more_than_64_bytes_is_refused(int bytes) =>
        await RefusedAsync(Importing("whsec_" + Convert.ToBase64String(new byte[bytes])), "/secret");

    [TestCase("whsec_")]
    [TestCase("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [TestCase("whsec_not base64 at all, as it seems")]
    [TestCase("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public async Task A_secret_that_is_not_whsec_and_base64_is_refused(string secret) => await RefusedAsync(Importing(secret), "/secret");

    private static object Importing(string secret) =>
        new { url = "https://hooks.example.com/", eventTypes = new[] { "account.churned" }, secret };

    private async Task<JsonElement> RefusedAsync(object body, string pointer)
    {
        using var response = await _service.Client.PostAsJsonAsync("/v1/webhooks", body);
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)response.StatusCode, Is.EqualTo(422), problem.GetRawText());
            Assert.That(problem.GetProperty("type").GetString(), Is.EqualTo("/problems/endpoint-url"));
            Assert.That(problem.GetProperty("errors")[0].GetProperty("pointer").GetString(), Is.EqualTo(pointer));
        }

        return problem;
    }
}
