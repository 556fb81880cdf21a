using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Policies;

/// <summary>Churn rules and segments: reading and replacing them, and the evaluation of accounts that follows.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PolicyDocumentTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Rules =
        "{'id':'mine','probabilities':{'high':0.9,'medium':0.5},'levels':[{'id':'alarming','bound':80},{'id':'fine'}],"
        + "'indicators':[{'id':'quiet','severity':'high','condition':{'signal':'loginDays30','op':'<','value':5},'intervention':'Call "
            + "them.'}]}";

    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, clock: _clock);

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase("/v1/churn-rules", 2)]
    [TestCase("/v1/segments", 1)]
    [TestCase("/v1/alert-policy", 1)]
    public async Task A_document_that_was_read_can_be_stored_as_a_new_version(string path, int builtIn)
    {
        using var read = await _service.Client.GetAsync(path);
        var document = await read.Content.ReadAsStringAsync();
        Assert.That(read.Headers.ETag!.Tag, Is.EqualTo($"\"{builtIn}\""));
        var put = await _service.PutDocumentAsync(path, document, ifMatch: $"\"{builtIn}\"");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((put.Status, put.ETag), Is.EqualTo((HttpStatusCode.OK, $"\"{builtIn + 1}\"")));
            var next = document.Replace($"\"version\":{builtIn}", $"\"version\":{builtIn + 1}", StringComparison.Ordinal);
            Assert.That(put.Text, Is.EqualTo(next));
            Assert.That((await _service.GetAsync(path)).GetRawText(), Is.EqualTo(put.Text));
            Assert.That((await _service.GetAsync($"{path}?version={builtIn}")).GetRawText(), Is.EqualTo(document));
            Assert.That((await _service.GetAsync(path + "?version=1")).GetProperty("version").GetInt32(), Is.EqualTo(1));
            Assert.That(
                (await _service.PutDocumentAsync(path, document, ifMatch: "\"1\"")).Status, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        }

        using var absent = await _service.Client.GetAsync(path + "?version=4");
        Assert.That(absent.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase(
        "/v1/churn-rules",
        "{'id':'x','probabilities':{'high':2,'medium':0.2},'levels':[{'id':'a'}],'indicators':[{'id':'i','severity':'hihg','condition':{'signal':'npsScore','op':'<','value':1},'intervention':'x'}]}",
        "out_of_range at /probabilities/high", "unknown at /indicators/0/severity", "unknown_signal at /indicators/0/condition/signal")]
    [TestCase(
        "/v1/churn-rules",
        "{'id':'x','probabilities':{'high':0.6,'medium':0.2},'levels':[{'id':'a','bound':40},{'id':'b','bound':101},{'id':'a','bound':60},{'id':'d'}],'indicators':[{'id':'i','severity':'high','condition':{'signal':'npsScore180','op':'<','value':1},'intervention':'x'}]}",
        "out_of_range at /levels/1/bound", "duplicate at /levels/2/id", "not_descending at /levels/2/bound")]
    [TestCase(
        "/v1/segments",
        "{'segments':[{'id':'a','minimumArr':10,'touch':'low','csm':'x','firstResponseHours':1},{'id':'b','minimumArr':5,'touch':'hihg','csm':'x','firstResponseHours':1},"
        + "{'id':'c','minimumArr':20,'touch':'low','csm':'x','firstResponseHours':1}],'phases':{'onboardingDays':9,'growthDays':9,'renewalDays':1}}",
        "unknown at /segments/1/touch", "not_descending at /segments/2/minimumArr", "unreachable at /phases/growthDays")]
    [TestCase("/v1/segments", "{'segments':[],'phases':{}}",
        "incomplete at /segments", "required at /phases/onboardingDays", "required at /phases/growthDays",
        "required at /phases/renewalDays")]
    [TestCase(
        "/v1/alert-policy",
        "{'health':{'fallPoints':0,'fallDays':15,'confirmHours':673,'releaseHours':-1,'leastCoverage':1.1,'fastFallPoint':40},"
        + "'churnRisk':{'level':'hi gh','confirmHours':1.5},'maxPerOwnerPerWeek':0,'segments':{'enterprise':{'health':[],'budget':1}}}",
        "out_of_range at /health/fallPoints", "out_of_range at /health/fallDays", "out_of_range at /health/confirmHours",
        "out_of_range at /health/releaseHours", "out_of_range at /health/leastCoverage", "unknown_member at /health/fastFallPoint",
        "invalid_format at /churnRisk/level", "out_of_range at /churnRisk/confirmHours", "out_of_range at /maxPerOwnerPerWeek",
        "wrong_type at /segments/enterprise/health", "unknown_member at /segments/enterprise/budget")]
    [TestCase(
        "/v1/alert-policy",
        "{'churnRisk':{'level':'hihg'},'segments':{'enterprize':{},'smb':{'churnRisk':{'level':'low'}},'mid_market':{'churnRisk':null}}}",
        "unknown at /churnRisk/level", "unknown at /segments/enterprize", "not_allowed at /segments/smb/churnRisk/level")]
    [TestCase("/v1/alert-policy", "{'segments':{'a/b':{}}}", "invalid_format at /segments/a~1b")]
    public async Task Errors_of_a_document_are_reported_by_pointer(string path, string document, params string[] expected)
    {
        var put = await _service.PutDocumentAsync(path, document);
        Assert.That(put.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(put.Errors, Is.EquivalentTo(expected));
    }

    [Test]
    public async Task New_churn_rules_are_applied_to_every_account()
    {
        await _service.HealthyAsync("acme", "globex");
        var now = _clock.GetUtcNow();
        var put = await _service.PutDocumentAsync("/v1/churn-rules", Rules);
        var job = await _service.FinishedAsync(put.JobId);
        Assert.That(job.GetProperty("result").GetRawText(), Is.EqualTo("""{"accounts":2,"moved":2,"crossings":2}"""));
        _clock.Advance(TimeSpan.FromHours(1));
        var risk = await _service.GetAsync("/v1/accounts/acme/churn-risk");
        var indicator = risk.GetProperty("indicators").EnumerateArray().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((risk.GetProperty("score").GetDouble(), risk.GetProperty("level").GetString()), Is.EqualTo((90.0, "alarming")));
            Assert.That(indicator.GetProperty("since").GetDateTimeOffset(), Is.EqualTo(now));
            Assert.That(indicator.GetProperty("evidence").GetRawText(), Is.EqualTo("""{"loginDays30":1}"""));
            Assert.That(indicator.GetProperty("intervention").GetString(), Is.EqualTo("Call them."));
        }

        var crossing = (await _service.CrossingsAsync("acme")).Single();
        Assert.That(
            (crossing.GetProperty("threshold").GetString(), crossing.GetProperty("cause").GetString()),
            Is.EqualTo(("churn_risk:alarming", "model")));
    }

    [Test]
    public async Task New_segments_and_phases_are_applied_to_every_account()
    {
        await _service.PutAsync("/v1/accounts/acme", new { arr = 60_000, customerSince = _clock.GetUtcNow().AddDays(-100) });
        await WaitForSegmentAsync("mid_market", "growth");
        var put = await _service.PutDocumentAsync(
            "/v1/segments",
            "{'segments':[{'id':'key','minimumArr':50000.5,'touch':'high','csm':'named','businessReviewDays':30,'firstResponseHours':2},"
            + "{'id':'rest','minimumArr':0,'touch':'tech','csm':'none','firstResponseHours':48}],'phases':{'onboardingDays':120,'growthDays':200,'renewalDays':10}}");
        await _service.FinishedAsync(put.JobId);
        await WaitForSegmentAsync("key", "onboarding");
        Assert.That(
            (await _service.GetAsync("/v1/accounts?segment=key&phase=onboarding")).GetProperty("data").GetArrayLength(), Is.EqualTo(1));
        await _service.PutAsync("/v1/accounts/globex", new { segment = "rest" });
        await _service.PutAsync("/v1/thresholds/own", new { metric = "health", bound = 50, segment = "key" });
        using var gone = await _service.Client.PutAsync("/v1/accounts/initech", TestRequests.Text("""{"segment":"smb"}"""));
        Assert.That(gone.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity), "the segment no longer exists");
    }

    [Test]
    public async Task Segments_put_with_announce_false_store_crossings_but_send_none()
    {
        const string Placed = "{'segments':[{'id':'smb','minimumArr':1000,'touch':'low','csm':'none','firstResponseHours':48},"
            + "{'id':'enterprise','minimumArr':0,'touch':'high','csm':'named','firstResponseHours':4}],'phases':{'onboardingDays':90,'growthDays':180,'renewalDays':90}}";
        await using var receiver = await WebhookReceiver.StartAsync();
        var subscription = (await _service.SubscribeAsync(receiver.Url)).Id;
        await _service.HealthyAsync("acme");
        var shipped = (await _service.GetAsync("/v1/segments")).GetRawText();
        await _service.PutDocumentAsync("/v1/models/strict", PolicyRequests.Strict);
        await _service.ActivateAsync("strict", new { segments = new[] { "enterprise" } });
        var put = await _service.PutDocumentAsync("/v1/segments?announce=false", Placed);
        await _service.FinishedAsync(put.JobId);
        Assert.That(
            (await _service.CrossingsAsync("acme"))
            .Select(crossing => $"{crossing.GetProperty("threshold")} {crossing.GetProperty("cause")}"),
            Is.EqualTo(new[] { "strict:fair model" }));
        Assert.That(await _service.DeliveriesAsync(subscription), Is.Empty, "the crossing of the move to another model is not sent");

        await _service.FinishedAsync((await _service.PutDocumentAsync("/v1/segments", shipped)).JobId);
        var sent = (await receiver.WaitForAsync(1)).Single().Json.GetProperty("data");
        Assert.That($"{sent.GetProperty("threshold")} {sent.GetProperty("cause")}", Is.EqualTo("lifecycle:healthy model"));
        using var strange = await _service.Client.PutAsync("/v1/segments?announce=maybe", TestRequests.Text(shipped));
        Assert.That(strange.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    private Task<JsonElement> WaitForSegmentAsync(string segment, string phase) => Eventually.GetAsync(
        () => _service.GetAsync("/v1/accounts/acme"),
        account => account.GetProperty("segment").GetString() == segment && account.GetProperty("phase").GetString() == phase,
        $"the account is in segment {segment} and phase {phase}");
}
