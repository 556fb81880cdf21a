using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Secrets;

/// <summary>
/// A rotation of the encryption key as in docs/production.md keeps everything readable that was sealed with the previous key.
/// </summary>
internal sealed class KeyRotationTests(StoreKind kind) : StoreFixture(kind)
{
    [Test]
    public async Task Secrets_of_integrations_stay_readable_after_a_key_rotation()
    {
        using var store = NewStore();
        JsonElement stripe, segment;
        await using (var service = await StartAsync(store, KeySettings.Of(1)))
        {
            stripe = await service.CreateIntegrationAsync("stripe");
            segment = await service.CreateIntegrationAsync("segment");
        }

        await using (var service = await StartAsync(store, [.. KeySettings.Of(2), KeySettings.Previous(1)]))
            await KeySettings.ResealedAsync(store, 2);

        await using var after = await StartAsync(store, KeySettings.Of(2));
        using var delivered = await after.DeliverAsync(stripe, StripeEvent);
        using var tracked = await after.DeliverAsync(segment, """{"type":"track","userId":"u1","event":"x"}""");
        var path = "/v1/integrations/" + stripe.GetProperty("id").GetString();
        var read = await after.GetAsync(path);
        var rotated = await after.PostAsync(path + "/rotate-secret", new { secret = "another-secret-of-stripe" });
        using var overlapping = await after.DeliverAsync(stripe, StripeEvent);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(delivered.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
            Assert.That(tracked.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
            Assert.That(read.GetProperty("id").GetString(), Is.EqualTo(stripe.GetProperty("id").GetString()));
            Assert.That(rotated.GetProperty("previousExpiresAt").ValueKind, Is.EqualTo(JsonValueKind.String));
            Assert.That(overlapping.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), "the previous secret is valid for a day");
        }
    }

    [Test]
    public async Task Answers_under_an_idempotency_key_stay_readable_after_a_key_rotation()
    {
        using var store = NewStore();
        string first;
        await using (var service = await StartAsync(store, KeySettings.Of(1))) first = (await CreateAsync(service)).Text;
        await using (var service = await StartAsync(store, [.. KeySettings.Of(2), KeySettings.Previous(1)]))
            await KeySettings.ResealedAsync(store, 2);

        await using var after = await StartAsync(store, KeySettings.Of(2));
        Assert.That(await CreateAsync(after), Is.EqualTo((HttpStatusCode.Created, first)));
    }

    private const string StripeEvent =
        """{"id":"evt_1","type":"invoice.paid","created":1795341000,"data":{"object":{"id":"in_1","object":"invoice","customer":"cus_1","amount_paid":100,"currency":"usd"}}}""";

    private static Task<TestService> StartAsync(TestStore store, IEnumerable<string> settings) =>
        TestService.StartAsync(settings, store: store);

    private static async Task<(HttpStatusCode Status, string Text)> CreateAsync(TestService service)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post, "/v1/integrations") { Content = TestRequests.Text("""{"vendor":"segment"}""") };
        request.Headers.Add("Idempotency-Key", "\"once\"");
        using var response = await service.Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
