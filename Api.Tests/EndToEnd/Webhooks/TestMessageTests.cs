using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Webhooks;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks;

/// <summary>Test messages: a receiver can get the example of any type on request.</summary>
internal sealed class TestMessageTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;

    private static IEnumerable<string> Types => WebhookEventTypes.All.Select(type => type.Name);

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, clock: _clock);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCaseSource(nameof(Types))]
    public async Task The_example_of_every_type_is_signed_and_matches_its_schema(string type)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var (id, secret) = await _service.SubscribeAsync(receiver.Url);
        await _service.PostAsync($"/v1/webhooks/{id}/test", new { type });

        var received = (await receiver.WaitForAsync(1))[0];
        var listed = (await _service.GetAsync("/v1/webhooks/event-types")).GetProperty("data").EnumerateArray()
            .Single(entry => entry.GetProperty("type").GetString() == type);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(received.IsSignedBy(secret, _clock.GetUtcNow()), Is.True);
            Assert.That(received.MessageId, Does.StartWith("msg_test_").And.Not.Contains("."));
            Assert.That(received.Json.GetProperty("type").GetString(), Is.EqualTo(type));
            Assert.That(received.Json.GetProperty("timestamp").GetDateTimeOffset(), Is.EqualTo(_clock.GetUtcNow()));
            Assert.That(
                JsonElement.DeepEquals(received.Json.GetProperty("data"), listed.GetProperty("example").GetProperty("data")),
                "the data is the data of the example");
            Assert.That(SchemaChecker.OfMessages.Check(listed.GetProperty("schema"), received.Json), Is.Empty);
            Assert.That(received.Body, Has.Length.LessThan(20_000));
        }
    }

    [Test]
    public async Task Two_test_messages_have_different_ids()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var (id, _) = await _service.SubscribeAsync(receiver.Url);
        await _service.PostAsync($"/v1/webhooks/{id}/test", new { type = "account.churned" });
        await _service.PostAsync($"/v1/webhooks/{id}/test", new { type = "account.churned" });

        Assert.That((await receiver.WaitForAsync(2)).Select(received => received.MessageId), Is.Unique);
    }

    [TestCase("/test", "touchpoint.due", HttpStatusCode.UnprocessableEntity)]
    [TestCase("_not_there/test", "account.churned", HttpStatusCode.NotFound)]
    public async Task An_unknown_type_or_subscription_is_refused(string path, string type, HttpStatusCode expected)
    {
        var (id, _) = await _service.SubscribeAsync(new Uri("http://127.0.0.1:9999/"));
        using var response = await _service.Client.PostAsJsonAsync($"/v1/webhooks/{id}{path}", new { type });
        Assert.That(response.StatusCode, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_test_message_to_a_disabled_subscription_is_refused()
    {
        var (id, _) = await _service.SubscribeAsync(new Uri("http://127.0.0.1:9999/"));
        await _service.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { enabled = false });
        using var response = await _service.Client.PostAsJsonAsync($"/v1/webhooks/{id}/test", new { type = "account.churned" });
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
    }
}
