using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Api.Explaining.ExplainingRig;

namespace HealthApi.Api.Tests.Api.Explaining;

public sealed class EvidenceTests(StoreKind kind) : StoreFixture(kind)
{
    /// <summary>Signals with a value but without evidence: events of the family exist, but none of the counted kind.</summary>
    private static readonly string[] ValuesWithoutEvidence =
        ["featureAdoption 0", "coreFeatureAdoption 0", "escalations30 0", "executiveEscalations90 0", "paymentStatus current",
            "daysOverdue 0"];

    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind, clock: _clock);
        await _service.PutAsync("/v1/accounts/acme", new { coreFeatures = new[] { "reports" }, licences = 10, featuresAvailable = 4 });
        await _service.IngestAsync(
            [.. Enumerable.Range(0, 40)
            .Select(day => Event($"login-{day:00}", "usage.login", Now.AddDays(-day), new { userId = $"u{day % 3}" }))]);
        await _service.IngestAsync(
            Event("use", "usage.feature_used", Now.AddDays(-50), new { userId = "u1", feature = "reports" }),
            Event("t1", "ticket.opened", Now.AddDays(-10), new { ticketId = "t1", priority = "p1" }),
            Event("t2", "ticket.opened", Now.AddDays(-9), new { ticketId = "t2", priority = "p3", sentiment = "positive" }),
            Event("t2u", "ticket.updated", Now.AddDays(-8), new { ticketId = "t2", priority = "p2" }),
            Event("t2again", "ticket.opened", Now.AddDays(-8), new { ticketId = "t2" }),
            Event("t3", "ticket.opened", Now.AddDays(-7), new { ticketId = "t3", priority = "p4" }),
            Event("mrr0", "billing.subscription_changed", Now.AddDays(-200), new { mrr = 50 }),
            Event("mrr1", "billing.subscription_changed", Now.AddDays(-100), new { mrr = 100 }),
            Event("mrr1same", "billing.subscription_changed", Now.AddDays(-100), new { mrr = 80 }),
            Event("mrr2", "billing.subscription_changed", Now.AddDays(-10), new { mrr = 120 }),
            Event("nps1", "nps.responded", Now.AddDays(-5), new { score = 3 }),
            Event("nps2", "nps.responded", Now.AddDays(-4), new { score = 9 }),
            Event("csat1", "csat.responded", Now.AddDays(-6), new { score = 1, responseId = "r1" }),
            Event("csat2", "csat.responded", Now.AddDays(-3), new { score = 5, responseId = "r1" }),
            Event("csat3", "csat.responded", Now.AddDays(-5), new { score = 3, responseId = "r2" }),
            Event("ces1", "ces.responded", Now.AddDays(-6), new { score = 2, responseId = "r1" }),
            Event("ces2", "ces.responded", Now.AddDays(-6), new { score = 4, responseId = "r1" }));
    }

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase("highPriorityTickets14", "t2,t1")]
    [TestCase("tickets30", "t3,t2,t1")]
    [TestCase("mrrChange90", "mrr2,mrr1same,mrr1,mrr0")]
    [TestCase("npsLatest", "nps2")]
    [TestCase("npsScore180", "nps2,nps1")]
    [TestCase("daysSinceLastActivity", "login-00")]
    [TestCase("daysToFirstValue", "")]
    [TestCase("coreFeatureAdoption", "")]
    [TestCase("supportSentiment", "t2u,t2again,t2")]
    [TestCase("csatAverage90", "csat2,csat3")]
    [TestCase("csatPercent90", "csat2,csat3")]
    [TestCase("csatDecliningMonths", "csat2,csat3")]
    [TestCase("cesAverage90", "ces2")]
    [TestCase("reportedOutcome", "")]
    [TestCase("accountAgeDays", "")]
    public async Task Evidence_lists_the_events_from_which_a_value_is_derived(string signal, string expected)
    {
        var page = await _service.GetAsync($"/v1/accounts/acme/signals/{signal}/evidence");
        Assert.That(string.Join(',', page.Data().Select(happened => happened.Text("id"))), Is.EqualTo(expected));
        var value = (await _service.GetAsync("/v1/accounts/acme/signals")).GetProperty("signals").GetProperty(signal).GetProperty("value");
        Assert.That(page.GetProperty("value").GetRawText(), Is.EqualTo(value.GetRawText()));
    }

    [Test]
    public async Task Pages_of_evidence_go_back_in_time_and_contain_each_counted_event_once()
    {
        var (seen, cursor) = (new List<JsonElement>(), "");
        while (cursor is not null)
        {
            var page = await _service.GetAsync($"/v1/accounts/acme/signals/logins30/evidence?limit=7&cursor={cursor}");
            Assert.That(page.Data(), Has.Count.AtMost(7));
            seen.AddRange(page.Data());
            cursor = page.Text("nextCursor");
        }

        Assert.That(seen.Select(happened => happened.Text("id")), Is.Unique);
        Assert.That(seen.Select(happened => happened.GetProperty("occurredAt").GetDateTimeOffset()), Is.Ordered.Descending);
        Assert.That(seen, Has.Count.EqualTo(30), "as many events as logins30 counts");
        Assert.That(seen[0].GetProperty("data").Text("userId"), Is.EqualTo("u0"), "the data is as it was sent");
    }

    [Test]
    public async Task Evidence_of_MRR_contains_every_subscription_event()
    {
        const string Path = "/v1/accounts/acme/signals/mrrChange90/evidence?limit=1";
        Assert.That(
            (await _service.GetAsync(Path)).GetProperty("value").GetDouble(), Is.EqualTo(0.2),
            "compared with 100, the greater of two values at the same instant");
        var (seen, cursor) = (new List<string?>(), "");
        while (cursor is not null)
        {
            var page = await _service.GetAsync($"{Path}&cursor={cursor}");
            seen.AddRange(page.Data().Select(happened => happened.Text("id")));
            cursor = page.Text("nextCursor");
        }

        Assert.That(seen, Is.EqualTo(new[] { "mrr2", "mrr1same", "mrr1", "mrr0" }),
            "old events too: a value counts until another is stated");
    }

    [Test]
    public async Task Evidence_at_a_past_instant_contains_the_events_that_counted_then()
    {
        var page = await _service.GetAsync($"/v1/accounts/acme/signals/tickets30/evidence?at={At(Now.AddDays(-8.5))}");
        Assert.That(page.Data().Select(happened => happened.Text("id")), Is.EqualTo(new[] { "t2", "t1" }));
        Assert.That(page.GetProperty("value").GetDouble(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_replaced_answer_is_evidence_of_the_past_value_but_not_of_the_present_one()
    {
        const string Path = "/v1/accounts/acme/signals/csatAverage90/evidence";
        var then = await _service.GetAsync($"{Path}?at={At(Now.AddDays(-4))}");
        Assert.That(then.Data().Select(happened => happened.Text("id")), Is.EqualTo(new[] { "csat3", "csat1" }));
        Assert.That(then.GetProperty("value").GetDouble(), Is.EqualTo(2), "(3 + 1) / 2");
        var first = await _service.GetAsync(Path + "?limit=1");
        var second = await _service.GetAsync($"{Path}?limit=1&cursor={first.Text("nextCursor")}");
        Assert.That(second.Data().Single().Text("id"), Is.EqualTo("csat3"));
        Assert.That(second.Text("nextCursor"), Is.Null, "the replaced answer is on no page");
    }

    [Test]
    public async Task Every_value_from_events_has_evidence_and_every_count_has_as_many_events()
    {
        var signals = (await _service.GetAsync("/v1/accounts/acme/signals")).GetProperty("signals");
        var seen = new List<(SignalDefinition Signal, JsonElement Value, int Events)>();
        foreach (var signal in SignalCatalogue.All)
        {
            var page = await _service.GetAsync($"/v1/accounts/acme/signals/{signal.Name}/evidence?limit=200");
            seen.Add((signal, signals.GetProperty(signal.Name).GetProperty("value"), page.Data().Count));
        }

        var valued = seen.Where(one => one.Value.ValueKind != JsonValueKind.Null).ToList();
        var counts = valued.Where(one => one.Signal.Unit is "tickets" or "escalations" or "logins").ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(seen.Except(valued).Where(one => one.Events > 0).Select(one => one.Signal.Name), Is.Empty,
                "a signal without a value has no evidence");
            Assert.That(
                valued.Where(one => one.Events == 0).Select(one => $"{one.Signal.Name} {one.Value}"), Is.EqualTo(ValuesWithoutEvidence),
                "only values without a counted event have no evidence");
            Assert.That(
                counts.Select(one => (one.Signal.Name, one.Events)),
                Is.EqualTo(counts.Select(one => (one.Signal.Name, (int)one.Value.GetDouble()))));
            Assert.That(counts, Has.Count.GreaterThanOrEqualTo(4));
        }
    }

    [Test]
    public async Task An_unknown_signal_account_or_cursor_is_refused()
    {
        Assert.That(
            (await _service.RefusedAsync(HttpMethod.Get, "/v1/accounts/acme/signals/logins3/evidence")).Problem.Text("detail"),
            Does.Contain("logins30"));
        Assert.That((await _service.RefusedAsync(HttpMethod.Get, "/v1/accounts/nobody/signals/logins30/evidence")).Status, Is.EqualTo(404));
        Assert.That(
            (await _service.RefusedAsync(HttpMethod.Get, "/v1/accounts/acme/signals/logins30/evidence?cursor=abc")).Status,
            Is.EqualTo(400));
        var strange = Convert.ToBase64String("""{"asOf":99999999999999999,"at":1,"source":"","id":""}"""u8).TrimEnd('=');
        Assert.That(
            (await _service.RefusedAsync(HttpMethod.Get, $"/v1/accounts/acme/signals/logins30/evidence?cursor={strange}")).Status,
            Is.EqualTo(400));
    }
}
