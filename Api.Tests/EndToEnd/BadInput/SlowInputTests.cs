using System.Text;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.BadInput;

/// <summary>
/// Slow callers: numbers 15 and 16 of the catalogue of <see cref="BadInput"/>. The time limits are lowered to keep the tests short.
/// </summary>
[Parallelizable(ParallelScope.All)]
internal sealed class SlowInputTests
{
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() =>
        _service = await TestService.StartAsync(
            ["Roles=api", "Server:HeadersTimeout=00:00:01", "Server:BodyGrace=00:00:01.1", "Server:MinBodyRate=1000"]);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task A_body_that_does_not_arrive_is_408_with_a_problem()
    {
        var answer =
            await SendAsync($"POST /v1/events HTTP/1.1\r\nHost: x\r\n{BadInput.Key}\r\n{BadInput.Json}\r\nContent-Length: 100\r\n\r\n{{");
        Assert.That(answer.Status, Is.EqualTo(408));
        Assert.That(answer.Body, Does.Contain("/problems/request-timeout"));
    }

    [Test]
    public async Task Headers_that_do_not_end_are_408()
    {
        var answer = await SendAsync("GET /v1/accounts HTTP/1.1\r\nHost: x\r\nX-Slow: a");
        Assert.That(answer.Status, Is.EqualTo(408));
        Assert.That(answer.Body, Is.Empty);
    }

    private Task<RawAnswer> SendAsync(string text) => RawHttp.SendAsync(_service.Client.BaseAddress!, Encoding.Latin1.GetBytes(text));
}
