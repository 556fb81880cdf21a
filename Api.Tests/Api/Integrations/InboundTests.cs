using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Integrations;

/// <summary>Payloads of vendors become events; the service runs with its worker.</summary>
internal sealed class InboundTests(StoreKind kind) : StoreFixture(kind)
{
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, ["Integrations:TrustedProxies:0=127.0.0.1"]);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task A_Stripe_event_is_applied_once_though_delivered_three_times()
    {
        await _service.PutAsync("/v1/accounts/s1", new { name = "S1", externalIds = new { stripe = "cus_s1" } });
        var stripe = await _service.CreateIntegrationAsync("stripe");
        var overdue =
            StripeEvent("evt_s1", "invoice.overdue", """{"id":"in_1","customer":"cus_s1","amount_remaining":100,"currency":"usd"}""");
        for (var time = 0; time < 3; time++)
        {
            Assert.That(
                (await _service.ReceiptAsync(stripe, overdue)).GetRawText(),
                Is.EqualTo("""{"accepted":1,"parked":0,"unmapped":0,"ignored":0}"""));
        }

        var applied = (await EventsAsync("s1", 1)).Single();
        Assert.That(applied.GetProperty("source").GetString(), Is.EqualTo(stripe.GetProperty("id").GetString()));
        Assert.That(applied.GetProperty("id").GetString(), Is.EqualTo("evt_s1"));
        Assert.That((await SignalAsync("s1", "paymentStatus")).GetString(), Is.Not.EqualTo("current"));
    }

    [Test]
    public async Task Wrong_stale_and_missing_signatures_are_refused_and_store_nothing()
    {
        var stripe = await _service.CreateIntegrationAsync("stripe");
        var body = StripeEvent("evt_bad", "invoice.paid", """{"id":"in_1","customer":"cus_x"}""");
        using var wrong = await _service.DeliverAsync(stripe, body, secret: "another");
        using var stale = await _service.DeliverAsync(stripe, body, DateTimeOffset.UtcNow.AddSeconds(-301));
        using var missing = await _service.PostTextAsync(stripe.GetProperty("url").GetString()!, body);
        using var unknown = await _service.PostTextAsync("/in/int_none", body);
        Assert.That(
            new[] { wrong, stale, missing, unknown }.Select(response => (int)response.StatusCode),
            Is.EqualTo(new[] { 401, 401, 401, 404 }));
        Assert.That((await KeptAsync(stripe, "parked")).GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task A_payload_with_too_many_JSON_values_is_refused()
    {
        var stripe = await _service.CreateIntegrationAsync("stripe");
        var part = $"[{string.Join(',', Enumerable.Repeat("[]", 100))}]";
        using var most = await _service.DeliverAsync(stripe, $"[{string.Join(',', Enumerable.Repeat(part, 2_475))}]");
        using var more = await _service.DeliverAsync(stripe, $"[{string.Join(',', Enumerable.Repeat(part, 2_476))}]");
        Assert.That(new[] { most, more }.Select(response => (int)response.StatusCode), Is.EqualTo(new[] { 202, 413 }));
        using var sample = await _service.PostTextAsync(
            $"/v1/integrations/{stripe.GetProperty("id").GetString()}/dry-run", $"[{string.Join(',', Enumerable.Repeat("[]", 250_000))}]");
        Assert.That((await sample.ReadJsonAsync()).GetProperty("detail").GetString(), Does.Contain("500,000"));
    }

    [Test]
    public async Task Payloads_of_an_unknown_customer_are_parked_until_an_account_has_its_external_id()
    {
        var stripe = await _service.CreateIntegrationAsync("stripe");
        var customer = StripeEvent("evt_p0", "customer.created", """{"id":"cus_p","object":"customer","name":"Parked Inc"}""");
        string[] bodies =
        [
            customer,
            StripeEvent("evt_p1", "invoice.paid", """{"id":"in_p","customer":"cus_p","amount_paid":5,"currency":"usd"}"""),
            StripeEvent("evt_p2", "invoice.paid", """{"id":"in_q","customer":"cus_q"}"""),
        ];
        foreach (var body in bodies)
            Assert.That((await _service.ReceiptAsync(stripe, body)).GetProperty("parked").GetInt32(), Is.EqualTo(1));
        Assert.That((await KeptAsync(stripe, "parked")).GetArrayLength(), Is.EqualTo(3));
        await _service.PutAsync("/v1/accounts/claimer", new { externalIds = new { stripe = "cus_p" } });
        Assert.That((await EventsAsync("claimer", 1)).Single().GetProperty("id").GetString(), Is.EqualTo("evt_p1"));
        var left = await Eventually.GetAsync(
            () => KeptAsync(stripe, "parked"), kept => kept.GetArrayLength() == 1,
                "the payloads of the claimed customer are no longer parked");
        Assert.That(left[0].GetProperty("customer").GetString(), Is.EqualTo("cus_q"));
        var account = await Eventually.GetAsync(
            () => _service.GetAsync("/v1/accounts/claimer"), read => read.GetProperty("name").GetString() != "claimer",
            "the account has the name from the parked payload");
        Assert.That(account.GetProperty("name").GetString(), Is.EqualTo("Parked Inc"));
    }

    [Test]
    public async Task A_customer_whose_metadata_names_the_account_releases_its_parked_payloads()
    {
        await _service.PutAsync("/v1/accounts/meta", new { name = "Meta" });
        var stripe = await _service.CreateIntegrationAsync("stripe");
        await _service.ReceiptAsync(stripe, StripeEvent("evt_m1", "invoice.paid", """{"id":"in_m","customer":"cus_m"}"""));
        await _service.ReceiptAsync(
            stripe, StripeEvent("evt_m0", "customer.updated", """{"id":"cus_m","object":"customer","metadata":{"accountId":"meta"}}"""));
        Assert.That(await EventsAsync("meta", 1), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Unmapped_payloads_and_invalid_events_are_stored_and_listed()
    {
        await _service.PutAsync("/v1/accounts/u1", new { externalIds = new { stripe = "cus_u" } });
        var stripe = await _service.CreateIntegrationAsync("stripe");
        await _service.ReceiptAsync(stripe, StripeEvent("evt_u1", "radar.early_fraud_warning.created", "{}"));
        await _service.ReceiptAsync(stripe, StripeEvent("evt_u2", "invoice.paid", """{"id":"in_1","customer":"cus_u"}""", created: 5));
        var kept = (await KeptAsync(stripe, "unmapped")).EnumerateArray().ToDictionary(one => one.GetProperty("key").GetString()!);
        Assert.That(kept["evt_u1"].GetProperty("payload").GetProperty("type").GetString(), Is.EqualTo("radar.early_fraud_warning.created"));
        Assert.That(kept["evt_u2"].GetProperty("reason").GetString(), Does.Contain("retention"));
    }

    [Test]
    public async Task Zendesk_payloads_give_the_same_signals_in_reverse_order_and_repeated()
    {
        var at = DateTimeOffset.UtcNow.AddHours(-9);
        string[] events =
        [
            Zendesk("z0", "ticket.created", "{}", at),
            Zendesk("z1", "ticket.priority_changed", """{"current":"URGENT","previous":"LOW"}""", at.AddHours(1)),
            Zendesk("z2", "ticket.status_changed", """{"current":"SOLVED","previous":"OPEN"}""", at.AddHours(2)),
            Zendesk("z3", "ticket.csat_received", """{"satisfaction_score":{"score":"BAD"}}""", at.AddHours(3)),
            Zendesk("z4", "ticket.status_changed", """{"current":"OPEN","previous":"SOLVED"}""", at.AddHours(4)),
            Zendesk("z5", "ticket.csat_received", """{"satisfaction_score":{"score":"GOOD"}}""", at.AddHours(5)),
        ];
        var straight = await ZendeskSignalsAsync("z-straight", "71", events);
        var reversed = await ZendeskSignalsAsync("z-reversed", "72", [.. events.Reverse(), .. events]);
        Assert.That(reversed, Is.EqualTo(straight));
        Assert.That(
            JsonElement.Parse(straight).GetProperty("csatAverage90").GetProperty("value").GetDouble(), Is.EqualTo(5),
            "only the later rating of a ticket counts");
        Assert.That(JsonElement.Parse(straight).GetProperty("meanTimeToResolveHours90").GetProperty("value").GetDouble(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_changed_Delighted_response_counts_as_one_answer_in_any_order()
    {
        var (id, now) = (0, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        var delighted = await _service.CreateIntegrationAsync("delighted");
        foreach (var account in (string[])["d-straight", "d-reversed"])
        {
            await _service.PutAsync("/v1/accounts/" + account, new { name = account });
            string Response(int seconds, int score) => $$$"""
                {"event_type":"survey_response.updated","event_id":"d{{{id++}}}","event_data":{"id":"r-{{{account}}}","survey_type":"nps","score":{{{score}}},
                "created_at":{{{now - 100}}},"updated_at":{{{now - 100 + seconds}}},"person_properties":{"company":"{{{account}}}"} } }
                """;
            string[] responses = [Response(0, 2), Response(30, 6), Response(60, 9)];
            foreach (var body in account == "d-reversed" ? responses.Reverse() : responses)
                Assert.That((await _service.ReceiptAsync(delighted, body)).GetProperty("accepted").GetInt32(), Is.EqualTo(1));
            await EventsAsync(account, 3);
            Assert.That((await SignalAsync(account, "npsLatest")).GetDouble(), Is.EqualTo(9));
            Assert.That((await SignalAsync(account, "npsScore180")).GetDouble(), Is.EqualTo(100), "one promoter and no detractor");
        }
    }

    [Test]
    public async Task A_HubSpot_signature_is_checked_with_the_forwarded_URL_and_an_association_releases_its_ticket()
    {
        await _service.PutAsync("/v1/accounts/hub", new { externalIds = new { hubspot = "9001" } });
        var hubspot = await _service.CreateIntegrationAsync("hubspot");
        var at = DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeMilliseconds();
        var body = $$"""
            [{"eventId":1,"subscriptionId":1,"occurredAt":{{at}},"subscriptionType":"ticket.creation","objectId":55},"broken",
             {"eventId":2,"subscriptionId":2,"occurredAt":{{at}},"subscriptionType":"company.propertyChange","objectId":9001,"propertyName":"name","propertyValue":"Hub Inc"}]
            """;
        var path = hubspot.GetProperty("url").GetString()!;
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = TestRequests.Text(body) };
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "health.example.com");
        request.Headers.Add("X-HubSpot-Request-Timestamp", timestamp);
        request.Headers.Add(
            "X-HubSpot-Signature-v3", Vendors.Base64(Vendors.Secret, $"POSThttps://health.example.com{path}{body}{timestamp}"));
        using var response = await _service.Client.SendAsync(request);
        Assert.That(
            await response.Content.ReadAsStringAsync(), Is.EqualTo("""{"accepted":0,"parked":1,"unmapped":1,"ignored":0}"""),
            "an invalid item does not affect the others");
        Assert.That((await _service.GetAsync("/v1/accounts/hub")).GetProperty("name").GetString(), Is.EqualTo("Hub Inc"));
        await _service.ReceiptAsync(
            hubspot,
            $$"""[{"eventId":3,"subscriptionId":3,"occurredAt":{{at}},"subscriptionType":"ticket.associationChange","associationType":"TICKET_TO_COMPANY","fromObjectId":55,"toObjectId":9001}]""");
        Assert.That((await EventsAsync("hub", 1)).Single().GetProperty("type").GetString(), Is.EqualTo("ticket.opened"));
    }

    [Test]
    public async Task A_HubSpot_signature_is_checked_with_the_configured_public_URL()
    {
        await using var service =
            await TestService.StartAsync(Kind, ["Roles=api", "Integrations:PublicUrl=https://hooks.example.com/health"]);
        var hubspot = await service.CreateIntegrationAsync("hubspot");
        var (path, timestamp) = (hubspot.GetProperty("url").GetString()!, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString());
        (string, HttpStatusCode)[] cases =
        [
            ("https://hooks.example.com/health" + path, HttpStatusCode.Accepted),
            (new Uri(service.Client.BaseAddress!, path).ToString(), HttpStatusCode.Unauthorized),
        ];
        foreach (var (url, expected) in cases)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = TestRequests.Text("[]") };
            request.Headers.Add("X-HubSpot-Request-Timestamp", timestamp);
            request.Headers.Add("X-HubSpot-Signature-v3", Vendors.Base64(Vendors.Secret, $"POST{url}[]{timestamp}"));
            using var response = await service.Client.SendAsync(request);
            Assert.That(response.StatusCode, Is.EqualTo(expected));
        }
    }

    [Test]
    public async Task An_erasure_deletes_the_payloads_of_the_account()
    {
        await _service.PutAsync("/v1/accounts/erased", new { externalIds = new { stripe = "cus_e" } });
        var stripe = await _service.CreateIntegrationAsync("stripe");
        await _service.ReceiptAsync(stripe, StripeEvent("evt_e", "invoice.paid", """{"id":"in_1","customer":"cus_e"}""", created: 5));
        Assert.That((await KeptAsync(stripe, "unmapped")).GetArrayLength(), Is.EqualTo(1));
        using var erased = await _service.Client.DeleteAsync("/v1/accounts/erased");
        Assert.That((await KeptAsync(stripe, "unmapped")).GetArrayLength(), Is.Zero);
    }

    private async Task<string> ZendeskSignalsAsync(string account, string organization, string[] events)
    {
        await _service.PutAsync("/v1/accounts/" + account, new { externalIds = new { zendesk = organization } });
        var zendesk = await _service.CreateIntegrationAsync("zendesk");
        foreach (var body in events) await _service.ReceiptAsync(zendesk, body.Replace("ORG", organization, StringComparison.Ordinal));
        await EventsAsync(account, events.Distinct().Count());
        var signals = (await _service.GetAsync($"/v1/accounts/{account}/signals")).GetProperty("signals");
        return JsonSerializer.Serialize(
            signals.EnumerateObject().Where(signal => signal.Name != "accountAgeDays")
            .ToDictionary(signal => signal.Name, signal => new { value = signal.Value.GetProperty("value") }));
    }

    /// <summary>Waits until the account has at least this many events and all accepted events are processed; returns the events.</summary>
    private async Task<List<JsonElement>> EventsAsync(string account, int atLeast)
    {
        var timeline = await Eventually.GetAsync(
            () => _service.GetAsync($"/v1/accounts/{account}/timeline?kinds=event&limit=200"),
                read => read.GetProperty("data").GetArrayLength() >= atLeast, $"{atLeast} events of {account}");
        await _service.SettledAsync();
        return [
            .. timeline.GetProperty("data").EnumerateArray()
            .Select(entry => entry.TryGetProperty("data", out var data) && data.TryGetProperty("source", out _) ? data : entry)];
    }

    private async Task<JsonElement> SignalAsync(string account, string signal) =>
        (await _service.GetAsync($"/v1/accounts/{account}/signals")).GetProperty("signals").GetProperty(signal).GetProperty("value");

    private async Task<JsonElement> KeptAsync(JsonElement integration, string list) =>
        (await _service.GetAsync($"/v1/integrations/{integration.GetProperty("id").GetString()}/{list}")).GetProperty("data");

    private static string StripeEvent(string id, string type, string about, long? created = null) =>
        $$$"""{"id":"{{{id}}}","object":"event","type":"{{{type}}}","created":{{{created ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60}}},"data":{"object":{{{about}}}}}""";

    private static string Zendesk(string id, string kind, string change, DateTimeOffset at) => $$"""
        {"detail":{"id":"1","organization_id":"ORG","priority":"LOW","requester_id":"5"},"event":{{change}},"id":"{{id}}","time":"{{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fffffff}}01Z","type":"zen:event-type:{{kind}}"}
        """;
}
