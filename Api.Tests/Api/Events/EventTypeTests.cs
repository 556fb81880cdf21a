using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Core.Events;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Events;

/// <summary>Every event type with the fields of its family.</summary>
internal sealed class EventTypeTests
{
    private const string Usage = """{"userId":"u1","feature":"reports","quantity":2.5}""";
    private const string Ticket = """{"ticketId":"T-1","priority":"p2","sentiment":"negative","firstContactResolution":false}""";
    private const string Billing =
        """{"invoiceId":"INV-1","amount":99.95,"currency":"EUR","dueDate":"2026-12-01","mrr":1200,"licences":25,"renewalDate":"2027-06-30T00:00:00Z"}""";
    private const string Response = """{"score":4,"comment":"Fine, mostly.","respondentId":"r1","ticketId":"T-1"}""";

    private static readonly Dictionary<string, string> Special = new()
    {
        ["usage.login"] = """{"userId":"u1"}""",
        ["usage.snapshot"] = """{"activeUsers":40,"dailyActiveUsers":12,"featuresUsed":7,"records":1500.25,"views":300,"queries":80}""",
        ["ticket.escalated"] = """{"ticketId":"T-1","priority":"p1","sentiment":"neutral","level":"executive"}""",
        ["nps.responded"] = """{"score":10,"comment":"Love it","respondentId":"r1"}""",
        ["relationship.outcome_reported"] = """{"score":72.5,"note":"ROI of the first year"}""",
        ["relationship.feature_requested"] = """{"feature":"single sign-on"}""",
    };

    private TestService _service = null!;

    private static IEnumerable<string> Types => EventTypes.AllNames;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync();

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCaseSource(nameof(Types))]
    public async Task Every_type_is_accepted_with_its_fields_and_stored_as_sent(string type)
    {
        var data = JsonElement.Parse(Special.GetValueOrDefault(type) ?? Common(type));
        var answer = await _service.PostAsync("/v1/events", new { id = type, type, accountId = type, data });
        Assert.That(answer.GetRawText(), Is.EqualTo("""{"accepted":1,"rejected":[]}"""));
        await _service.SettledAsync();
        var entry = (await _service.GetAsync($"/v1/accounts/{type}/timeline?kinds=event")).GetProperty("data").EnumerateArray().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entry.GetProperty("type").GetString(), Is.EqualTo(type));
            Assert.That(JsonElement.DeepEquals(entry.GetProperty("data"), data), $"stored as sent: {entry}");
        }
    }

    [Test]
    public void The_known_types_are_exactly_those_listed_here() => Assert.That(EventTypes.AllNames, Is.EquivalentTo((string[])
    [
        "usage.login", "usage.feature_used", "usage.activity", "usage.snapshot",
        "ticket.opened", "ticket.updated", "ticket.escalated", "ticket.resolved", "ticket.reopened", "ticket.closed",
        "billing.invoice_issued", "billing.invoice_paid", "billing.payment_failed", "billing.invoice_overdue",
        "billing.subscription_changed", "billing.subscription_cancelled", "billing.renewed",
        "nps.responded", "csat.responded", "ces.responded",
        "relationship.qbr_held", "relationship.qbr_missed", "relationship.training_completed", "relationship.champion_left",
        "relationship.champion_joined",
        "relationship.executive_engaged", "relationship.competitor_mentioned", "relationship.budget_cut", "relationship.reference_agreed",
        "relationship.feedback_given",
        "relationship.outcome_reported", "relationship.feature_requested",
    ]));

    [TestCase("usage.feature_used", "/data/feature")]
    [TestCase("ticket.opened", "/data/ticketId")]
    [TestCase("nps.responded", "/data/score")]
    [TestCase("csat.responded", "/data/score")]
    [TestCase("ces.responded", "/data/score")]
    [TestCase("relationship.outcome_reported", "/data/score")]
    [TestCase("relationship.feature_requested", "/data/feature")]
    public async Task A_missing_required_field_is_reported_by_its_pointer(string type, string pointer)
    {
        using var response =
            await _service.PostTextAsync("/v1/events", $$$"""{"id":"bare","type":"{{{type}}}","accountId":"a","data":{}}""");
        Assert.That((int)response.StatusCode, Is.EqualTo(422));
        var rejected = (await response.ReadJsonAsync()).GetProperty("errors")[0];
        Assert.That(rejected.GetProperty("errors")[0].GetProperty("pointer").GetString(), Is.EqualTo(pointer));
        Assert.That(rejected.GetProperty("errors")[0].GetProperty("code").GetString(), Is.EqualTo("required"));
    }

    private static string Common(string type) => type.Split('.')[0] switch
    {
        "usage" => Usage,
        "ticket" => Ticket,
        "billing" => Billing,
        "csat" or "ces" => Response,
        _ => """{"note":"whatever the sender finds worth keeping","nested":{"deep":[1,null,true]}}""",
    };
}
