using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Secrets;

/// <summary>
/// The encryption key is lost: work that needs it waits, all other work goes on, and a rotation of the secrets repairs it.
/// </summary>
internal sealed class UnreadableSecretTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Opened =
        """{"id":17,"action":"opened","at":1795341000,"urgency":"high","customer":{"ref":"acme"}}""";

    [Test]
    public async Task A_request_of_a_vendor_is_503_until_the_secret_is_rotated()
    {
        using var store = NewStore();
        var stripe = await CreateAsync(store, service => service.CreateIntegrationAsync("stripe"));
        await using var service = await StartAsync(store, 2);
        var path = "/v1/integrations/" + stripe.GetProperty("id").GetString();

        using var waiting = await service.DeliverAsync(stripe, "{}");
        var read = await service.GetAsync(path);
        var listed = await service.GetAsync("/v1/integrations");
        var readiness = await service.GetAsync("/health/ready");
        var rotated = await service.PostAsync(path + "/rotate-secret", new { secret = "another-secret-of-stripe" });
        using var taken = await service.DeliverAsync(stripe, "{}", secret: "another-secret-of-stripe");
        using var former = await service.DeliverAsync(stripe, "{}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (waiting.StatusCode, waiting.Headers.RetryAfter?.Delta),
                Is.EqualTo((HttpStatusCode.ServiceUnavailable, TimeSpan.FromMinutes(1))));
            Assert.That(read.GetProperty("vendor").GetString(), Is.EqualTo("stripe"));
            Assert.That(listed.GetProperty("data").GetArrayLength(), Is.EqualTo(1));
            Assert.That(readiness.GetProperty("status").GetString(), Is.EqualTo("degraded"));
            Assert.That(readiness.GetProperty("checks").GetProperty("secrets").GetProperty("unreadable").GetInt32(), Is.EqualTo(1));
            Assert.That(
                rotated.GetProperty("previousExpiresAt").ValueKind, Is.EqualTo(JsonValueKind.Null), "the previous secret cannot be read");
            Assert.That((taken.StatusCode, former.StatusCode), Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.Unauthorized)));
        }
    }

    [Test]
    public async Task Tracking_still_works_because_write_keys_are_also_stored_as_hashes()
    {
        using var store = NewStore();
        var segment = await CreateAsync(store, service => service.CreateIntegrationAsync("segment"));
        await using var service = await StartAsync(store, 2);
        const string Track = """{"type":"track","userId":"u1","event":"x"}""";

        using var called = await CallAsync(service, segment.GetProperty("url").GetString() + "/v1/track", Vendors.Secret);
        using var atRoot = await CallAsync(service, "/v1/track", Vendors.Secret);
        using var wrong = await CallAsync(service, segment.GetProperty("url").GetString() + "/v1/track", "another-write-key");
        Assert.That(
            (called.StatusCode, atRoot.StatusCode, wrong.StatusCode),
            Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Unauthorized)));

        static async Task<HttpResponseMessage> CallAsync(TestService service, string path, string writeKey)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = TestRequests.Text(Track) };
            request.Headers.Authorization = Vendors.Basic(writeKey);
            return await service.Client.SendAsync(request);
        }
    }

    [Test]
    public async Task A_parked_payload_is_released_without_the_secret()
    {
        using var store = NewStore();
        var generic = await CreateAsync(store, async service =>
        {
            var made = await service.CreateIntegrationAsync("generic", new { mapping = TicketMapping });
            Assert.That((await service.ReceiptAsync(made, Opened)).GetProperty("parked").GetInt32(), Is.EqualTo(1));
            return made;
        });
        await using var service = await StartAsync(store, 2);

        await service.PutAsync("/v1/accounts/acme", new { name = "Acme" });
        await Eventually.GetAsync(
            () => service.GetAsync($"/v1/integrations/{generic.GetProperty("id").GetString()}/parked"),
            parked => parked.GetProperty("data").GetArrayLength() == 0,
            "the payload is released");
    }

    [Test]
    public async Task A_delivery_waits_and_is_signed_with_the_rotated_secret()
    {
        using var store = NewStore();
        await using var receiver = await WebhookReceiver.StartAsync();
        var id = "";
        await CreateAsync(store, async service =>
        {
            (id, _) = await service.SubscribeAsync(receiver.Url);
            return default;
        });
        await using var service = await StartAsync(store, 2);
        await service.QueueAsync("crs_1");
        var rotated = await service.PostAsync($"/v1/webhooks/{id}/rotate-secret");

        var received = (await receiver.WaitForAsync(1))[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(rotated.GetProperty("previousExpiresAt").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(StockVerifier.Verifies(rotated.GetProperty("secret").GetString()!, received), Is.True);
        }
    }

    [Test]
    public async Task A_repeat_whose_stored_answer_is_unreadable_is_a_conflict_and_is_not_executed()
    {
        using var store = NewStore();
        await using (var before = await StartAsync(store, 1))
            Assert.That(await CreateOnceAsync(before), Is.EqualTo(HttpStatusCode.Created));
        await using var service = await StartAsync(store, 2);
        Assert.That(await CreateOnceAsync(service), Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await service.GetAsync("/v1/integrations")).GetProperty("data").GetArrayLength(), Is.EqualTo(1));
    }

    private static readonly object TicketMapping = new
    {
        events = new object[]
        {
            new
            {
                id = "hd-{/id}", type = "ticket.opened", accountId = new { column = "/customer/ref" },
                    occurredAt = new { column = "/at", format = "unixSeconds" },
                data = new { ticketId = new { column = "/id" }, priority = new { column = "/urgency", map = new { high = "p1" } } },
            },
        },
    };

    private static Task<TestService> StartAsync(TestStore store, byte key) => TestService.StartAsync(KeySettings.Of(key), store: store);

    /// <summary>Runs a service with the key that is lost afterwards, and creates something there.</summary>
    private static async Task<JsonElement> CreateAsync(TestStore store, Func<TestService, Task<JsonElement>> create)
    {
        await using var service = await StartAsync(store, 1);
        return await create(service);
    }

    private static async Task<HttpStatusCode> CreateOnceAsync(TestService service)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post, "/v1/integrations") { Content = TestRequests.Text("""{"vendor":"segment"}""") };
        request.Headers.Add("Idempotency-Key", "\"once\"");
        using var response = await service.Client.SendAsync(request);
        return response.StatusCode;
    }
}
