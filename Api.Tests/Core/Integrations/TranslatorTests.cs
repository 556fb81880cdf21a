using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HealthApi.Api.Http;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Core.Integrations;
using HealthApi.Core.Integrations.Generic;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Integrations;

internal sealed class TranslatorTests
{
    private const string TicketDetail =
        """{"id":"5158","organization_id":"8447346622462","priority":"LOW","requester_id":"844","status":"OPEN"}""";

    [TestCase("ticket.created", "{}", "ticket.opened", """{"priority":"p4","ticketId":"5158"}""")]
    [TestCase(
        "ticket.priority_changed", """{"current":"URGENT","previous":"LOW"}""", "ticket.updated",
        """{"priority":"p1","ticketId":"5158"}""")]
    [TestCase("ticket.status_changed", """{"current":"SOLVED","previous":"OPEN"}""", "ticket.resolved", """{"ticketId":"5158"}""")]
    [TestCase("ticket.status_changed", """{"current":"CLOSED","previous":"SOLVED"}""", "ticket.closed", """{"ticketId":"5158"}""")]
    [TestCase("ticket.status_changed", """{"current":"open","previous":"solved"}""", "ticket.reopened", """{"ticketId":"5158"}""")]
    [TestCase("ticket.status_changed", """{"current":"PENDING","previous":"OPEN"}""", "ticket.updated", """{"ticketId":"5158"}""")]
    [TestCase("ticket.comment_added", """{"comment":{"body":"secret","is_public":false}}""", "ticket.updated", """{"ticketId":"5158"}""")]
    [TestCase(
        "ticket.csat_received", """{"satisfaction_score":{"score":"BAD","comment":"slow"}}""", "csat.responded",
        """{"score":1,"ticketId":"5158","responseId":"5158","respondentId":"844","comment":"slow"}""")]
    public void A_Zendesk_event_becomes_an_event_of_its_organization(string kind, string change, string type, string data)
    {
        var item = (InboundChange)Vendors.Translate(Vendor.Zendesk, ZendeskEvent(kind, change)).Single();
        var draft = item.Events.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(item.Customer, Is.EqualTo("8447346622462"));
            Assert.That(draft.Type, Is.EqualTo(type));
            Assert.That(draft.Data.ToJsonString(), Is.EqualTo(data));
            Assert.That(
                Encoding.UTF8.GetString(draft.ToJson("int_1", "acme")), Does.Contain("\"occurredAt\":\"2025-01-08T10:12:07.672717Z\""),
                "nanoseconds are cut to microseconds");
        }
    }

    [Test]
    public void A_Zendesk_ticket_without_an_organization_belongs_to_its_requester()
    {
        var json = ZendeskEvent("ticket.created", "{}").Replace("\"8447346622462\"", "null", StringComparison.Ordinal);
        Assert.That(((InboundChange)Vendors.Translate(Vendor.Zendesk, json).Single()).Customer, Is.EqualTo("844"));
    }

    [Test]
    public void An_invalid_item_of_a_HubSpot_array_does_not_affect_the_others()
    {
        var items = Vendors.Translate(Vendor.Hubspot, """
            [{"eventId":1,"subscriptionId":7,"occurredAt":1795341000000,"subscriptionType":"ticket.creation","attemptNumber":0,"objectId":55},
             17, null, {"eventId":2}, {"eventId":3,"occurredAt":"soon","subscriptionType":"ticket.creation","objectId":56},
             {"eventId":4,"occurredAt":1795341000000,"subscriptionType":"object.propertyChange","objectTypeId":"0-2","objectId":9,"propertyName":"name","propertyValue":"Acme"},
             {"eventId":5,"occurredAt":1795341000000,"subscriptionType":"ticket.associationChange","associationType":"TICKET_TO_COMPANY","fromObjectId":55,"toObjectId":9}]
            """);
        Assert.That(items.Select(item => item.GetType().Name), Is.EqualTo(new[]
        {
            "InboundChange", "UnmappedPart", "UnmappedPart", "UnmappedPart", "UnmappedPart", "InboundChange", "InboundChange",
        }));
        Assert.That(((InboundChange)items[0]).Customer, Is.EqualTo("ticket:55"));
        Assert.That(((InboundChange)items[5]).Facts!.Values["name"], Is.EqualTo("Acme"));
        Assert.That(((InboundChange)items[6]).Links.Single(), Has.Property("From").EqualTo("ticket:55").And.Property("To").EqualTo("9"));
    }

    [Test]
    public void A_HubSpot_retry_gives_the_same_event()
    {
        const string json =
            """[{"eventId":1,"subscriptionId":7,"occurredAt":1795341000000,"subscriptionType":"ticket.creation","attemptNumber":0,"objectId":55}]""";
        var (first, second) = (
            Vendors.Translate(Vendor.Hubspot, json),
            Vendors.Translate(Vendor.Hubspot, json.Replace("\"attemptNumber\":0", "\"attemptNumber\":1", StringComparison.Ordinal)));
        Assert.That(Drafts(second), Is.EqualTo(Drafts(first)));
    }

    [TestCase("nps", 9, "nps.responded", 9)]
    [TestCase("csat", 4, "csat.responded", 4)]
    [TestCase("ces", 5, "ces.responded", 1, Description = "At Delighted 5 means very easy; here 1 does.")]
    public void A_Delighted_response_becomes_a_response_event(string survey, int score, string type, int ours)
    {
        var item = (InboundChange)Vendors.Translate(
            Vendor.Delighted, DelightedEvent("survey_response.updated", survey, score, """{"Company ID":"acme"}""")).Single();
        var draft = item.Events.Single();
        Assert.That((item.Customer, draft.Type, draft.Id), Is.EqualTo(("acme", type, "b8d0")));
        Assert.That(
            draft.Data.ToJsonString(), Is.EqualTo($$"""{"score":{{ours}},"responseId":"5435","respondentId":"5975","comment":"fast"}"""));
    }

    [Test]
    public void A_Delighted_person_without_a_company_is_identified_by_email_address() => Assert.That(
        ((InboundChange)Vendors.Translate(Vendor.Delighted, DelightedEvent("survey_response.created", "nps", 3, "null")).Single()).Customer,
        Is.EqualTo("charlie@example.com"));

    [Test]
    public void Each_Segment_message_is_translated_by_its_type()
    {
        var items = Vendors.Translate(Vendor.Segment, """
            {"batch":[
              {"type":"track","messageId":"m1","userId":"u1","event":"Report Exported","properties":{"quantity":3},
                  "context":{"groupId":"acme"},"timestamp":"2026-01-02T03:04:05.678Z"},
              {"type":"track","messageId":"m2","userId":"u1","event":"Signed In","timestamp":"2026-01-02T03:04:05Z"},
              {"type":"page","messageId":"m3","anonymousId":"a1","name":"Home","timestamp":"2026-01-02T03:04:05Z"},
              {"type":"group","messageId":"m4","userId":"u1","groupId":"acme","traits":{"name":"Acme","plan":"pro","seats":5},"timestamp":"2026-01-02T03:04:05Z"},
              {"type":"identify","messageId":"m5","userId":"u2","traits":{"email":"x@y.z"}},
              {"type":"alias","messageId":"m6","previousId":"a1","userId":"u1"},
              {"type":"unheard","messageId":"m7"}]}
            """);
        var changes = items.OfType<InboundChange>().ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(items.Select(item => item.Key), Is.EqualTo(new[] { "m1", "m2", "m3", "m4", "m5", "m6", "m7" }));
            Assert.That(changes.Select(change => change.Customer), Is.EqualTo(new[] { "acme", "user:u1", "user:a1", "acme", null }));
            Assert.That(
                changes[0].Events.Single().Data.ToJsonString(),
                Is.EqualTo("""{"userId":"u1","feature":"Report Exported","event":"Report Exported","quantity":3}"""));
            Assert.That(changes[1].Events.Single().Type, Is.EqualTo("usage.login"));
            Assert.That(changes[2].Events.Single().Type, Is.EqualTo("usage.activity"));
            Assert.That(changes[3].CreatesAccount && changes[3].Facts!.Values["licences"] is 5);
            Assert.That(items[4], Is.InstanceOf<SilentPart>());
            Assert.That(items[6], Is.InstanceOf<UnmappedPart>());
        }
    }

    [Test]
    public void A_generic_mapping_translates_matching_items_and_its_own_errors_carry_pointers()
    {
        var mapping = GenericMappingReader.Read("""
            { "kind": "/t", "events": [ { "when": { "column": "/t", "op": "==", "value": "nps" }, "id": "{/id}", "type": "nps.responded",
                "accountId": { "column": "a.b" },
                "occurredAt": { "column": "/at", "format": "unixMilliseconds" }, "data": { "score": { "column": "/s",
                    "as": "integer" } } } ] }
            """u8, "").Required();
        var context = new InboundContext(DateTimeOffset.UtcNow, Mapping: mapping);
        var items = Vendors.Translate(Vendor.Generic, """
            [{"t":"nps","id":1,"a":{"b":"acme"},"at":1795341000000,"s":"9"},{"t":"nps","id":2,"a":{},"at":1795341000000,"s":"9"},{"t":"nps","id":3,"a":{"b":"acme"},"at":"x","s":"9"},{"t":"other"}]
            """, context);
        Assert.That(
            Drafts(items),
            Is.EqualTo(
                new[] { """{"id":"1","type":"nps.responded","accountId":"a","source":"s","occurredAt":"2026-11-22T09:50:00Z","data":{"score":9}}""" }));
        Assert.That(items.Skip(1), Has.All.InstanceOf<UnmappedPart>());
        Assert.That(items[3].Kind, Is.EqualTo("other"));
        Assert.That(
            GenericMappingReader.Read(
                """{"items":"x","accounts":[{"id":"{/a}","fields":{"shoeSize":1}}],"more":1}"""u8, "/mapping").Errors.Select(
            error => error.Pointer),
            Is.EquivalentTo(new[] { "/mapping/items", "/mapping/more", "/mapping/accounts/0/fields/shoeSize" }));
    }

    /// <summary>
    /// Any well-formed JSON from a vendor is translated without an exception, and translating it again gives the same events.
    /// </summary>
    [FsCheck.NUnit.Property(Arbitrary = [typeof(Mutations)], MaxTest = 300)]
    public void Translating_a_mutated_payload_twice_gives_the_same_events(JsonMutation[] mutations)
    {
        foreach (var (vendor, sample) in Samples)
        {
            var json = JsonMutation.Apply(sample, mutations);
            if (JsonSyntax.Check(Encoding.UTF8.GetBytes(json)) is not null) continue;
            var expected = Drafts(Vendors.Translate(vendor, json));
            Assert.That(Drafts(Vendors.Translate(vendor, json)), Is.EqualTo(expected), json);
        }
    }

    private static IEnumerable<(Vendor Vendor, string Json)> Samples =>
    [
        (Vendor.Stripe,
        """{"id":"evt_1","type":"customer.subscription.updated","created":1795341000,"data":{"object":{"customer":"cus_1","status":"active","items":{"data":[{"price":{"unit_amount":1,"currency":"usd","recurring":{"interval":"month","interval_count":1}},"quantity":1,"current_period_end":1795341000}]}},"previous_attributes":{"items":{"data":[{"current_period_end":5}]}}}}"""),
        (Vendor.Zendesk, ZendeskEvent("ticket.csat_received", """{"satisfaction_score":{"score":"GOOD"}}""")),
        (Vendor.Segment,
        """{"batch":[{"type":"group","messageId":"m","userId":"u","groupId":"g","traits":{"name":"n","createdAt":"2020-01-01T00:00:00Z"}},{"type":"track","event":"e","userId":"u","properties":{"quantity":1}}]}"""),
        (Vendor.Hubspot,
        """[{"eventId":1,"occurredAt":1795341000000,"subscriptionType":"company.propertyChange","objectId":9,"propertyName":"mrr","propertyValue":"5"}]"""),
        (Vendor.Delighted, DelightedEvent("survey_response.created", "nps", 3, """{"company":"acme"}""")),
    ];

    private static string[] Drafts(IEnumerable<InboundItem> items) =>
        [.. items.OfType<InboundChange>().SelectMany(change => change.Events)
            .Select(draft => Encoding.UTF8.GetString(draft.ToJson("s", "a")))];

    private static string ZendeskEvent(string kind, string change) =>
        $$"""{"account_id":22129848,"detail":{{TicketDetail}},"event":{{change}},"id":"cbe4028c","subject":"zen:ticket:5158","time":"2025-01-08T10:12:07.672717030Z","type":"zen:event-type:{{kind}}","zendesk_event_version":"2022-11-06"}""";

    private static string DelightedEvent(string kind, string survey, int score, string properties) =>
        $$"""{"event_type":"{{kind}}","event_id":"b8d0","event_data":{"id":"5435","person":{"id":"5975","email":"charlie@example.com"},"survey_type":"{{survey}}","score":{{score}},"comment":"fast","created_at":1795341000,"updated_at":1795341060,"person_properties":{{properties}} } }""";

    private static class Mutations
    {
        public static Arbitrary<JsonMutation[]> Some() => Gen.ArrayOf(JsonMutation.Generator, 2).ToArbitrary();
    }
}
