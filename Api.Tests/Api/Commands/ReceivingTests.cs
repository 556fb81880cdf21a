using System.Collections.Concurrent;
using System.Net;
using System.Text;
using HealthApi.Api.Commands;
using HealthApi.Api.Commands.Receiving;
using HealthApi.Api.Tests.Support;
using HealthApi.Core.Webhooks;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Commands;

public sealed class ReceivingTests
{
    private const string Body = """
        {"type":"health.threshold_crossed","data":{"crossingId":"crs_1","accountId":"acme","metric":"health","threshold":"lifecycle:stable","passed":["own","lifecycle:stable"],"direction":"falling",
         "from":{"score":61.2,"category":"stable"},"to":{"score":57.9,"category":"at_risk"},"account":{"name":"Acme"},
         "reasons":[{"component":"usage","change":-3.3,"detail":"daysSinceLastActivity 9"}]}}
        """;

    private static readonly WebhookSecret Secret = new(Enumerable.Range(0, 32).Select(number => (byte)number).ToArray());

    [Test]
    public async Task A_received_webhook_is_answered_200_and_its_signature_is_checked_against_the_exact_bytes()
    {
        var clock = new ManualTimeProvider();
        var received = new ConcurrentQueue<ReceivedMessage>();
        await using var listener = await WebhookListener.StartAsync("http://127.0.0.1:0", received.Enqueue, clock, CancellationToken.None);
        listener.Secret = Secret;
        var seconds = clock.GetUtcNow().ToUnixTimeSeconds();
        var signature = WebhookSignature.Sign([Secret], "m1", seconds, Encoding.UTF8.GetBytes(Body));

        Assert.That(await PostAsync(listener, Body, seconds, signature), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await PostAsync(listener, Body + " ", seconds, signature), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(received.Select(message => message.Signed), Is.EqualTo(new bool?[] { true, false }));
    }

    [Test]
    public void A_crossing_is_printed_in_one_line() => Assert.That(
        MessageLine.Of(new ReceivedMessage("m1", null, Encoding.UTF8.GetBytes(Body))),
        Is.EqualTo(
            "▼ Acme                       health  61.2 stable →  57.9 at_risk  lifecycle:stable (and own)  (usage: daysSinceLastActivity 9)"));

    [TestCase("")]
    [TestCase("no json")]
    [TestCase("[1]")]
    [TestCase("""{"type":7,"data":[]}""")]
    public void Any_other_body_is_printed_too(string body) =>
        Assert.That(MessageLine.Of(new ReceivedMessage("m1", null, Encoding.UTF8.GetBytes(body))), Is.Not.Empty);

    [Test]
    public async Task A_port_in_use_is_reported()
    {
        await using var first =
            await WebhookListener.StartAsync("http://127.0.0.1:0", _ => { }, TimeProvider.System, CancellationToken.None);

        Assert.That(
            async () => await WebhookListener.StartAsync(first.Url, _ => { }, TimeProvider.System, CancellationToken.None),
            Throws.TypeOf<CommandFailure>().With.Message.Contain("taken"));
    }

    private static async Task<HttpStatusCode> PostAsync(WebhookListener listener, string body, long seconds, string signature)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, listener.Url) { Content = new StringContent(body) };
        request.Headers.Add(WebhookSignature.IdHeader, "m1");
        request.Headers.Add(WebhookSignature.TimestampHeader, seconds.ToString());
        request.Headers.Add(WebhookSignature.SignatureHeader, signature);
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }
}
