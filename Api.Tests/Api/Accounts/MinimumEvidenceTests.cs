using HealthApi.Api.Tests.Api.Explaining;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;
using static HealthApi.Api.Tests.Api.Explaining.ExplainingRig;

namespace HealthApi.Api.Tests.Api.Accounts;

/// <summary>The minimum of evidence that indicators and confidence need.</summary>
public sealed class MinimumEvidenceTests(StoreKind kind) : StoreFixture(kind)
{
    private ManualTimeProvider _clock = null!;
    private TestService _service = null!;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [SetUp]
    public async Task StartAsync()
    {
        _clock = new ManualTimeProvider();
        _service = await TestService.StartAsync(Kind, clock: _clock);
    }

    [TearDown]
    public async Task StopAsync() => await _service.DisposeAsync();

    [Test]
    public async Task One_passive_NPS_answer_or_two_tickets_raise_no_indicator()
    {
        await _service.IngestAsync(
            Event("nps", "nps.responded", Now.AddDays(-1), new { score = 7 }),
            Event("t1", "ticket.opened", Now.AddDays(-40), new { ticketId = "t1" }),
            Event("t2", "ticket.opened", Now.AddDays(-2), new { ticketId = "t2" }),
            Event("t3", "ticket.opened", Now.AddDays(-1), new { ticketId = "t3" }),
            Event("x1", "ticket.escalated", Now.AddDays(-40), new { ticketId = "t1" }));
        Assert.That(await FiringAsync(), Is.Empty);
        await _service.IngestAsync(Event("nps2", "nps.responded", Now, new { score = 6 }));
        Assert.That(await FiringAsync(), Is.EqualTo(new[] { "nps_detractor fact" }));
        await _service.IngestAsync(
            [.. Enumerable.Range(4, 3).Select(number => Event($"t{number}", "ticket.opened", Now, new { ticketId = $"t{number}" }))]);
        Assert.That(await FiringAsync(), Is.EqualTo(new[] { "nps_detractor fact", "ticket_spike measure" }));
        var signals = (await _service.GetAsync("/v1/accounts/acme/signals")).GetProperty("signals");
        Assert.That(signals.GetProperty("npsResponses180").GetProperty("value").GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task An_indicator_uses_a_rate_alone_if_the_count_is_missing()
    {
        var scored = await _service.PostAsync("/v1/score", new
        {
            accounts = new object[]
            {
                new { id = "rate", signals = new { npsScore180 = 10, ticketChange30 = 0.5, escalationChange30 = 0.1 } },
                new { id = "few",
                    signals = new { npsScore180 = 10, npsResponses180 = 2, npsLatest = 8, ticketChange30 = 1, tickets30 = 2,
                    escalationChange30 = 1, escalations30 = 1 } },
            },
        });
        Assert.That(
            scored.Data("results")
                .Select(
                    result => string.Join(' ', result.GetProperty("churnRisk").Data("indicators").Select(indicator => indicator.Text("id")))),
            Is.EqualTo(new[] { "nps_detractor escalations_rising ticket_spike", "" }));
    }

    [Test]
    public async Task Points_of_the_lifecycle_model_sum_to_whole_scores()
    {
        var scored = await _service.PostAsync("/v1/score", new
        {
            model = "lifecycle",
            accounts = new object[]
            {
                new { id = "60",
                    signals = new { daysSinceLastActivity = 20, coreFeatureAdoption = 1, supportSentiment = "escalated", loginDays30 = 12,
                    paymentStatus = "current" } },
                new { id = "80",
                    signals = new { daysSinceLastActivity = 5, coreFeatureAdoption = 1, supportSentiment = "positive", loginDays30 = 1,
                    paymentStatus = "current" } },
            },
        });
        Assert.That(
            scored.Data("results").Select(result => (result.Score(), result.Text("category"))),
            Is.EqualTo(new[] { ((double?)60, "stable"), (80, "healthy") }));
    }

    [Test]
    public async Task Confidence_is_low_if_the_sources_with_most_weight_are_stale()
    {
        await _service.PutAsync("/v1/accounts/acme", new { coreFeatures = new[] { "reports" } });
        await _service.IngestAsync(
            [.. Enumerable.Range(0, 40)
            .Select(day => Event($"e{day}", "usage.feature_used", Now.AddDays(-day), new { userId = "u1", feature = "reports" }))]);
        await _service.IngestAsync(
            Event("t1", "ticket.opened", Now, new { ticketId = "t1", sentiment = "positive" }),
            Event("paid", "billing.invoice_paid", Now, new { invoiceId = "i1" }));
        Assert.That((await _service.HealthAsync()).Text("confidence"), Is.EqualTo("high"));
        _clock.Advance(TimeSpan.FromDays(5));
        await _service.SettledAsync();
        var health = await _service.HealthAsync();
        Assert.That(
            (health.GetProperty("coverage").GetDouble(), health.Text("confidence")), Is.EqualTo((1.0, "low")),
            "usage was daily and has stopped five days ago");
        Assert.That((await _service.HealthAsync($"?at={At(Now.AddDays(-4.5))}")).Text("confidence"), Is.EqualTo("high"));
    }

    [Test]
    public async Task Rule_texts_call_the_risk_an_index()
    {
        var rules = await _service.GetAsync("/v1/churn-rules");
        Assert.That(rules.Text("description"), Does.Contain("index").And.Not.Contain("chance"));
        Assert.That(
            rules.Data("indicators").Select(indicator => indicator.Text("kind")).Distinct(), Is.EquivalentTo(new[] { "fact", "measure" }));
    }

    private async Task<IEnumerable<string>> FiringAsync() =>
        (await _service.GetAsync("/v1/accounts/acme/churn-risk")).Data("indicators")
            .Select(indicator => $"{indicator.Text("id")} {indicator.Text("kind")}");
}
