using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Integrations;

/// <summary>
/// Numbers that overflow arithmetic or the calendar: the payload is stored as unmapped, like any payload that cannot be translated to an
/// event.
/// </summary>
internal sealed class HostileNumberTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Largest = "79228162514264337593543950335", Smallest64 = "-9223372036854775808", Largest64 = "9223372036854775807";

    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind, ["Roles=api"]);
        await _service.PutAsync(
            "/v1/accounts/n1",
            new { externalIds = new { stripe = "n1", zendesk = "n1", hubspot = "n1", delighted = "n1", segment = "n1" } });
    }

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase("usd", "100", Smallest64, "month", "/data/licences")]
    [TestCase("usd", "100", Largest64, "month", "/data/licences", 2)]
    [TestCase("usd", Largest64, "2147483647", "day", "/data/mrr")]
    [TestCase("jpy", Largest64, "2147483647", "day", "/data/mrr")]
    [TestCase("jpy", Largest, "1", "month", "/data/mrr")]
    [TestCase("jpy", Largest, Largest64, "day", "/data/mrr", 50)]
    [TestCase("jpy", Largest, Smallest64, "day", "/data/mrr")]
    [TestCase("usd", "100000000000100", "1", "month", "/data/mrr")]
    public async Task A_Stripe_subscription_with_an_overflowing_number_is_stored_as_unmapped(
        string currency, string unit, string quantity, string interval, string pointer, int items = 1)
    {
        var item =
            $$$"""{"quantity":{{{quantity}}},"price":{"currency":"{{{currency}}}","unit_amount_decimal":"{{{unit}}}","recurring":{"interval":"{{{interval}}}"} } }""";
        var about =
            $$$"""{"id":"sub_1","customer":"n1","status":"active","items":{"data":[{{{string.Join(',', Enumerable.Repeat(item, items))}}}]} }""";
        Assert.That(
            await ReasonAsync("stripe", Stripe("customer.subscription.updated", about)), Does.Contain(pointer),
            "the field that is out of range is named");
    }

    [Test]
    public async Task A_Stripe_amount_that_overflows_is_stored_as_unmapped() => Assert.That(
        await ReasonAsync(
            "stripe", Stripe("invoice.paid", $$"""{"id":"in_1","customer":"n1","currency":"jpy","amount_paid":{{Largest}} }""")),
        Does.Contain("/data/amount"));

    [TestCase(Smallest64)]
    [TestCase(Largest64)]
    public async Task A_Delighted_score_that_overflows_is_stored_as_unmapped(string score)
    {
        var body =
            $$$$"""{"event_type":"survey_response.created","event_id":"d1","event_data":{"id":"r1","survey_type":"ces","score":{{{{score}}}},"person_properties":{"company":"n1"} } }""";
        Assert.That(await ReasonAsync("delighted", body), Does.Contain("/data/score"));
    }

    [Test]
    public async Task A_Segment_quantity_that_overflows_is_stored_as_unmapped()
    {
        var body =
            $$$"""{"type":"track","event":"Exported","messageId":"m1","userId":"u1","context":{"groupId":"n1"},"properties":{"quantity":{{{Largest}}} } }""";
        Assert.That(await ReasonAsync("segment", body), Does.Contain("/data/quantity"));
    }

    [TestCase("number", Largest)]
    [TestCase("time", "\"9999-12-31T23:59:59-14:00\"")]
    [TestCase("time", "\"0001-01-01T00:00:00+14:00\"")]
    public async Task A_generic_value_that_overflows_is_stored_as_unmapped(string conversion, string value)
    {
        var column = new { column = "value", @as = conversion };
        var data = new Dictionary<string, object> { [conversion == "time" ? "dueDate" : "amount"] = column, ["currency"] = "USD" };
        var output = new
        {
            id = "g1",
            type = "billing.invoice_issued",
            accountId = "n1",
            occurredAt = new { column = "value", @as = conversion },
            data
        };
        Assert.That(
            await ReasonAsync("generic", $$"""{"value":{{value}} }""", new { mapping = new { events = new[] { output } } }),
            Does.Contain("is not a").Or.Contain("/occurredAt"));
    }

    /// <summary>The items fill one part, which may have 256 KiB. Quadratic work over the items would take hours.</summary>
    [Test]
    public async Task A_Stripe_subscription_with_85000_items_is_translated_in_linear_time()
    {
        var about =
            $$$"""{"id":"sub_2","customer":"n1","status":"active","items":{"data":[{{{string.Join(',', Enumerable.Repeat("{}", 85_000))}}}]} }""";
        var stripe = await _service.CreateIntegrationAsync("stripe");
        var receipt = await _service.ReceiptAsync(stripe, Stripe("customer.subscription.updated", about))
            .WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(receipt.GetProperty("accepted").GetInt32(), Is.EqualTo(1));
    }

    /// <summary>Delivers the payload, asserts that it is stored as unmapped, and returns the reason.</summary>
    private async Task<string> ReasonAsync(string vendor, string body, object? settings = null)
    {
        var integration = await _service.CreateIntegrationAsync(vendor, settings);
        using var response = await _service.DeliverAsync(integration, body);
        Assert.That((int)response.StatusCode, Is.EqualTo(202), await response.Content.ReadAsStringAsync());
        Assert.That((await response.ReadJsonAsync()).GetProperty("unmapped").GetInt32(), Is.EqualTo(1),
            "the payload is stored as unmapped");
        var kept = (await _service.GetAsync($"/v1/integrations/{integration.GetProperty("id").GetString()}/unmapped")).GetProperty("data");
        return kept[0].GetProperty("reason").GetString()!;
    }

    private static string Stripe(string kind, string about) =>
        $$$"""{"id":"evt_1","object":"event","type":"{{{kind}}}","created":{{{DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60}}},"data":{"object":{{{about}}} } }""";
}
