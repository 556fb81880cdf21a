using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Alerts;

/// <summary>
/// <c>POST /v1/alert-policy/simulate</c>: what it computes equals what the service did, and what another policy would do.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AlertSimulationTests(StoreKind kind) : StoreFixture(kind)
{
    private static readonly string[] Types = ["alert.opened", "alert.updated", "alert.resolved"];

    private static readonly string[] Accounts = ["acme", "globex", "initech", "umbrella"];

    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;
    private DateTimeOffset _from;

    [SetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind, clock: _clock);
        _from = _clock.GetUtcNow();
    }

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase(1, "{}")]
    [TestCase(2, "{'health':{'confirmHours':12,'releaseHours':24},'churnRisk':{'level':'medium','confirmHours':6,'releaseHours':12}}")]
    [TestCase(3, "{'churnRisk':{'confirmHours':0,'releaseHours':0},'maxPerOwnerPerWeek':1}")]
    public async Task A_simulation_equals_what_the_service_did(int seed, string policy)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var subscription = (await _service.PostAsync("/v1/webhooks", new { url = receiver.Url, eventTypes = Types })).GetProperty("id");
        var put = await _service.PutDocumentAsync("/v1/alert-policy", policy);
        await _service.FinishedAsync(put.JobId);
        await LiveAsync(new Random(seed), days: 45);
        var result = await SimulateAsync(new { from = _from, to = _clock.GetUtcNow() });
        var live = await LiveCountsAsync();
        var simulated = result.GetProperty("accounts").EnumerateArray().ToDictionary(
            account => account.GetProperty("accountId").GetString()!, Counts);
        var sent = (await _service.DeliveriesAsync(subscription.GetString()!, "?limit=200")).Count;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(simulated, Is.EquivalentTo(live), "for each account");
            Assert.That(Counts(result), Is.EqualTo((live.Values.Sum(one => one.Opened), live.Values.Sum(one => one.Updated),
                live.Values.Sum(one => one.Resolved))));
            Assert.That(result.GetProperty("messages").GetInt32(), Is.EqualTo(sent), "messages");
            Assert.That(live.Values.Sum(one => one.Opened), Is.GreaterThan(1), "the history has alerts");
            Assert.That(Counts(Sum(result, "days")), Is.EqualTo(Counts(result)), "days sum to the whole");
            Assert.That(Counts(Sum(result, "segments")), Is.EqualTo(Counts(result)), "segments sum to the whole");
            Assert.That(Counts(Sum(result, "owners")), Is.EqualTo(Counts(result)), "owners sum to the whole");
            Assert.That(result.GetProperty("failed").GetInt32(), Is.Zero);
        }
    }

    [Test]
    public async Task A_simulation_shows_what_another_policy_and_other_rules_would_have_done()
    {
        const string Rules = "{\"id\":\"own\",\"probabilities\":{\"high\":0.9,\"medium\":0.5},\"levels\":[{\"id\":\"high\",\"bound\":60},{\"id\":\"low\"}],"
            + "\"indicators\":[{\"id\":\"left\",\"severity\":\"medium\",\"kind\":\"fact\",\"condition\":{\"signal\":\"championLeft\",\"op\":\"==\",\"value\":true},\"intervention\":\"Call.\"}]}";
        await _service.PutAsync("/v1/accounts/acme", new { owner = "dana", arr = 200_000 });
        await _service.PostAsync("/v1/events", new { id = "u", type = "usage.login", accountId = "acme", data = new { userId = "u1" } });
        await _service.SettledAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        await _service.LeaveAsync("acme");
        _clock.Advance(TimeSpan.FromHours(23));
        var to = _clock.GetUtcNow();
        var present = await SimulateAsync(new { from = _from, to });
        var off = await SimulateAsync(new { policy = new { churnRisk = (object?)null }, from = _from, to });
        var other = await SimulateAsync(new { churnRules = JsonElement.Parse(Rules), from = _from, to });
        var later = await SimulateAsync(new { from = to.AddHours(-1), to });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Counts(present), Is.EqualTo((1, 0, 0)));
            Assert.That(present.GetProperty("messages").GetInt32(), Is.EqualTo(1));
            Assert.That(
                present.GetProperty("owners").GetRawText(), Is.EqualTo("""[{"owner":"dana","opened":1,"updated":0,"resolved":0}]"""));
            Assert.That(
                present.GetProperty("segments").GetRawText(),
                Is.EqualTo("""[{"segment":"enterprise","opened":1,"updated":0,"resolved":0}]"""));
            Assert.That(
                present.GetProperty("noisiest").GetRawText(), Is.EqualTo("""[{"accountId":"acme","opened":1,"updated":0,"resolved":0}]"""));
            Assert.That(present.GetProperty("perAccountMonth").GetRawText(), Is.EqualTo("""{"opened":30,"messages":30}"""));
            Assert.That(Counts(off), Is.EqualTo((0, 0, 0)), "the metric is switched off");
            Assert.That(Counts(other), Is.EqualTo((0, 0, 0)), "the risk is below the level by those rules");
            Assert.That(Counts(later), Is.EqualTo((0, 0, 0)), "it opened before the period");
            Assert.That((await _service.ListAsync("/v1/alerts")).Count, Is.EqualTo(1), "nothing is written");
        }
    }

    [Test]
    public async Task Imported_history_is_replayed_by_the_time_of_its_events()
    {
        var start = _from.AddDays(-60);
        await _service.PostAsync("/v1/events", new object[]
        {
            new { id = "e1", type = "usage.login", accountId = "acme", occurredAt = start, data = new { userId = "u1" } },
            new { id = "e2", type = "relationship.champion_left", accountId = "acme", occurredAt = start.AddDays(5) },
            new { id = "e3", type = "relationship.champion_joined", accountId = "acme", occurredAt = start.AddDays(10) },
        });
        await _service.SettledAsync();
        var result = await SimulateAsync(
            new { policy = new { health = (object?)null, churnRisk = new { releaseHours = 24 } }, from = start, to = start.AddDays(13) });
        var days = result.GetProperty("days").EnumerateArray().Select(day => day.GetProperty("day").GetString()).ToList();
        Assert.That(Counts(result), Is.EqualTo((1, 0, 1)));
        Assert.That(days, Is.EqualTo(new[] { $"{start.AddDays(5):yyyy-MM-dd}", $"{start.AddDays(11):yyyy-MM-dd}" }));
    }

    [Test]
    public async Task Churn_is_compared_with_the_simulated_alerts()
    {
        await _service.AlertAsync("warned");
        await _service.AlertAsync("loyal");
        await _service.PostAsync("/v1/events", new { id = "u", type = "usage.login", accountId = "unseen", data = new { userId = "u1" } });
        await _service.SettledAsync();
        await _service.AdvanceAsync(_clock, TimeSpan.FromDays(20));
        foreach (var id in new[] { "warned", "unseen" }) await _service.PutAsync("/v1/accounts/" + id, new { churnedAt = _clock.GetUtcNow() });
        await _service.EvaluatedAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        var result = await SimulateAsync(
            new { policy = new { health = (object?)null, churnRisk = new { level = "high", confirmHours = 672 } }, from = _from, to = _clock.GetUtcNow() });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.GetProperty("followedByChurn").GetRawText(), Is.EqualTo("""{"alerts":1,"undecided":1,"share":0.5}"""));
            Assert.That(result.GetProperty("churned").GetRawText(), Is.EqualTo("""{"accounts":2,"withAlert":1,"share":0.5}"""));
        }
    }

    [Test]
    public async Task An_erased_account_disappears_from_the_results()
    {
        await _service.AlertAsync("acme");
        _clock.Advance(TimeSpan.FromHours(1));
        var job = await StartAsync(new { from = _from, to = _clock.GetUtcNow() });
        await _service.FinishedAsync(job);
        await _service.SendAsync(HttpMethod.Delete, "/v1/accounts/acme");
        Assert.That((await _service.GetAsync("/v1/jobs/" + job)).GetRawText(), Does.Not.Contain("acme"));
    }

    [TestCase("{'from':'soon','to':'2026-01-01T00:00:00Z'}", "invalid_format at /from")]
    [TestCase("{'from':'2026-01-02T00:00:00Z','to':'2026-01-01T00:00:00Z'}", "out_of_range at /from")]
    [TestCase("{'from':'2026-01-02T00:00:00Z','to':'2999-01-01T00:00:00Z'}", "out_of_range at /to")]
    [TestCase("{'policy':{}}", "required at /from", "required at /to")]
    [TestCase("{'rules':{},'from':'2026-01-01T00:00:00Z','to':'2026-01-02T00:00:00Z'}", "unknown_member at /rules")]
    [TestCase(
        "{'policy':{'health':{'confirmHours':-1},'extra':1},'churnRules':{'id':'x'},'from':'2026-01-01T00:00:00Z','to':'2026-01-02T00:00:00Z'}",
        "out_of_range at /policy/health/confirmHours", "unknown_member at /policy/extra", "required at /churnRules/probabilities",
        "required at /churnRules/levels", "required at /churnRules/indicators")]
    [TestCase(
        "{'policy':{'churnRisk':{'level':'hihg'},'segments':{'none':{}}},'from':'2026-01-01T00:00:00Z','to':'2026-01-02T00:00:00Z'}",
        "unknown at /policy/churnRisk/level", "unknown at /policy/segments/none")]
    public async Task Errors_of_a_request_are_reported_by_pointer(string body, params string[] expected)
    {
        using var refused = await _service.PostTextAsync("/v1/alert-policy/simulate", body.Replace('\'', '"'));
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        var errors = (await refused.ReadJsonAsync()).GetProperty("errors").EnumerateArray()
            .Select(error => $"{error.GetProperty("code").GetString()} at {error.GetProperty("pointer").GetString()}");
        Assert.That(errors, Is.SupersetOf(expected));
    }

    /// <summary>Random days of a few accounts. The clock moves to each event, and workers evaluate what has fallen due.</summary>
    private async Task LiveAsync(Random random, int days)
    {
        string[] facts =
        [
            "relationship.champion_left", "relationship.champion_joined", "relationship.competitor_mentioned", "billing.payment_failed",
            "billing.invoice_paid", "relationship.budget_cut",
        ];
        foreach (var id in Accounts)
        {
            var owner = id.Length % 2 == 0 ? "dana" : "kim";
            await _service.PutAsync("/v1/accounts/" + id, new { owner, arr = id.Length * 20_000, coreFeatures = new[] { "reports" } });
        }

        await _service.AdvanceAsync(_clock, TimeSpan.FromHours(1));
        for (var hour = 0; hour < days * 24; hour += 12)
        {
            var events = new List<object>();
            foreach (var id in Accounts)
            {
                if (random.Next(4) > 0)
                {
                    events.Add(new
                    {
                        id = $"{id}-u{hour}",
                        type = "usage.feature_used",
                        accountId = id,
                        data = new { userId = "u1", feature = "reports" },
                    });
                }

                if (random.Next(8) == 0)
                {
                    var fact = facts[random.Next(facts.Length)];
                    events.Add(new { id = $"{id}-f{hour}", type = fact, accountId = id, data = new { invoiceId = "i1" } });
                }
            }

            if (events.Count > 0) await _service.PostAsync("/v1/events", events);
            await _service.SettledAsync();
            await _service.AdvanceAsync(_clock, TimeSpan.FromHours(12));
        }
    }

    private async Task<string> StartAsync(object request) =>
        (await _service.PostAsync("/v1/alert-policy/simulate", request)).GetProperty("id").GetString()!;

    private async Task<JsonElement> SimulateAsync(object request) =>
        (await _service.FinishedAsync(await StartAsync(request))).GetProperty("result");

    /// <summary>What happened to the alerts of each account, from their histories.</summary>
    private async Task<Dictionary<string, (int Opened, int Updated, int Resolved)>> LiveCountsAsync()
    {
        var counts = Accounts.ToDictionary(id => id, _ => (Opened: 0, Updated: 0, Resolved: 0));
        foreach (var alert in await _service.ListAsync("/v1/alerts?status=open,acknowledged,resolved&limit=200"))
        {
            var details = await _service.GetAsync("/v1/alerts/" + alert.GetProperty("id").GetString());
            var whats = details.GetProperty("history").EnumerateArray().Select(entry => entry.GetProperty("what").GetString()).ToList();
            var id = alert.GetProperty("accountId").GetString()!;
            counts[id] = (
                counts[id].Opened + whats.Count(what => what == "opened"), counts[id].Updated + whats.Count(what => what == "updated"),
                counts[id].Resolved + whats.Count(what => what == "resolved"));
        }

        return counts;
    }

    private static (int Opened, int Updated, int Resolved) Counts(JsonElement element) => (
        element.GetProperty("opened").GetInt32(), element.GetProperty("updated").GetInt32(), element.GetProperty("resolved").GetInt32());

    private static JsonElement Sum(JsonElement result, string member)
    {
        var parts = result.GetProperty(member).EnumerateArray().Select(Counts).ToList();
        return JsonSerializer.SerializeToElement(new
        {
            opened = parts.Sum(part => part.Opened),
            updated = parts.Sum(part => part.Updated),
            resolved = parts.Sum(part => part.Resolved),
        });
    }
}
