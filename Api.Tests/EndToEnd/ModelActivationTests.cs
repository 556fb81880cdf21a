using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Policies;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>
/// After the activation of a model every account that it concerns is evaluated by it, and the crossings have the cause <c>model</c>.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ModelActivationTests(StoreKind kind) : StoreFixture(kind)
{
    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider());
        await _service.PutDocumentAsync("/v1/models/strict", PolicyRequests.Strict);
    }

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task An_activation_evaluates_every_account_and_sends_crossings_with_cause_model()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await _service.SubscribeAsync(receiver.Url);
        await _service.HealthyAsync("acme", "globex");
        var job = await _service.ActivateAsync("strict", new { version = 1, segments = new[] { "*" } });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(job.GetProperty("progress").GetDouble(), Is.EqualTo(1));
            Assert.That(job.GetProperty("result").GetRawText(), Is.EqualTo("""{"accounts":2,"moved":2,"crossings":2}"""));
            Assert.That(
                (await _service.GetAsync("/v1/accounts/acme/health")).GetProperty("model").GetRawText(),
                Is.EqualTo("""{"id":"strict","version":1}"""));
            Assert.That(
                (await _service.GetAsync("/v1/accounts/acme")).GetProperty("health").GetProperty("category").GetString(),
                Is.EqualTo("poor"));
        }

        var sent = (await receiver.WaitForAsync(2)).Select(message => message.Json.GetProperty("data")).ToList();
        Assert.That(sent.Select(data => data.GetProperty("accountId").GetString()), Is.EquivalentTo(new[] { "acme", "globex" }));
        Assert.That(
            sent.Select(data => $"{data.GetProperty("threshold")} {data.GetProperty("direction")} {data.GetProperty("cause")}"),
            Is.All.EqualTo("strict:fair falling model"));
        Assert.That((await _service.CrossingsAsync("acme")).Single().GetProperty("cause").GetString(), Is.EqualTo("model"));
    }

    [Test]
    public async Task An_activation_with_announce_false_stores_crossings_but_sends_none()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var subscription = (await _service.SubscribeAsync(receiver.Url)).Id;
        await _service.HealthyAsync("acme");
        await _service.ActivateAsync("strict", new { announce = false });
        Assert.That((await _service.CrossingsAsync("acme")).Single().GetProperty("cause").GetString(), Is.EqualTo("model"));
        Assert.That(await _service.DeliveriesAsync(subscription), Is.Empty,
            "deliveries are written with their crossing, so there are none");

        await _service.PostAsync("/v1/events", Enumerable.Range(1, 14).Select(day => new
        {
            id = $"d{day}",
            type = "usage.login",
            accountId = "acme",
            occurredAt = _service.Services.GetRequiredService<TimeProvider>().GetUtcNow().AddDays(-day),
            data = new { userId = "u" },
        }));
        await _service.SettledAsync();
        Assert.That(
            (await _service.CrossingsAsync("acme"))[^1].GetProperty("cause").GetString(), Is.EqualTo("data"),
            "later crossings that events cause are sent");
        Assert.That(await _service.DeliveriesAsync(subscription), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_segment_uses_its_own_model_and_the_others_the_fallback()
    {
        await _service.PostAsync(
            "/v1/accounts:batch",
            new
            {
                accounts =
            new[] { new { id = "big", arr = 500_000 }, new { id = "mid", arr = 50_000 }, new { id = "small", arr = 5 } }
            });
        await _service.ActivateAsync("strict", new { segments = new[] { "enterprise" } });
        var fallback = await _service.ActivateAsync("playbook", new { segments = new[] { "*", "mid_market" } });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                fallback.GetProperty("result").GetProperty("accounts").GetInt32(), Is.EqualTo(2),
                "the segment with a model of its own is not evaluated");
            foreach (var (account, model) in new[] { ("big", "strict"), ("mid", "playbook"), ("small", "playbook") })
            {
                Assert.That(
                    (await _service.GetAsync($"/v1/accounts/{account}/health")).GetProperty("model").GetProperty("id").GetString(),
                    Is.EqualTo(model), account);
            }

            var models = (await _service.GetAsync("/v1/models")).GetProperty("data").EnumerateArray()
                .ToDictionary(model => model.GetProperty("id").GetString()!);
            Assert.That(models["strict"].GetProperty("segments").GetRawText(), Is.EqualTo("""["enterprise"]"""));
            Assert.That(models["playbook"].GetProperty("segments").GetRawText(), Is.EqualTo("""["*","mid_market"]"""));
            Assert.That(models["lifecycle"].GetProperty("active").GetBoolean(), Is.False);
            var thresholds = (await _service.GetAsync("/v1/thresholds")).GetProperty("data").EnumerateArray()
                .Select(threshold => threshold.GetProperty("id").GetString()).ToList();
            Assert.That(thresholds, Does.Contain("strict:good").And.Contain("playbook:green").And.Not.Contain("lifecycle:healthy"));
        }
    }

    [Test]
    public async Task A_deactivation_evaluates_the_segment_by_the_fallback()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var subscription = (await _service.SubscribeAsync(receiver.Url)).Id;
        await _service.HealthyAsync("acme");
        await _service.ActivateAsync("strict", new { segments = new[] { "smb", "enterprise" }, announce = false });
        var quiet = await _service.DeactivateAsync("strict", new { segments = new[] { "smb" }, announce = false });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(quiet.GetProperty("kind").GetString(), Is.EqualTo("model_release"));
            Assert.That(quiet.GetProperty("result").GetRawText(), Is.EqualTo("""{"accounts":1,"moved":1,"crossings":1}"""));
            Assert.That(
                (await _service.GetAsync("/v1/accounts/acme/health")).GetProperty("model").GetRawText(),
                Is.EqualTo("""{"id":"lifecycle","version":1}"""));
            Assert.That(
                (await _service.GetAsync("/v1/accounts/acme")).GetProperty("health").GetProperty("category").GetString(),
                Is.EqualTo("healthy"));
            Assert.That(
                (await _service.CrossingsAsync("acme")).Select(Described),
                Is.EqualTo(new[] { "strict:fair falling model", "lifecycle:healthy rising model" }));
            Assert.That(await _service.DeliveriesAsync(subscription), Is.Empty, "both changes had announce false");
        }

        await _service.ActivateAsync("strict", new { segments = new[] { "smb" }, announce = false });
        await _service.DeactivateAsync("strict", new { });
        var strict = (await _service.GetAsync("/v1/models")).GetProperty("data").EnumerateArray()
            .Single(model => model.GetProperty("id").GetString() == "strict");
        Assert.That(
            (strict.GetProperty("active").GetBoolean(), strict.GetProperty("segments").GetArrayLength()), Is.EqualTo((false, 0)),
            "a deactivation without segments concerns all segments of the model");
        Assert.That(
            (await receiver.WaitForAsync(1)).Select(message => Described(message.Json.GetProperty("data"))),
            Is.EqualTo(new[] { "lifecycle:healthy rising model" }));
    }

    [TestCase(
        "{'segments':['smb','*','mid_market','smb']}", "not_allowed at /segments/1", "not_allowed at /segments/2",
        "duplicate at /segments/3")]
    [TestCase("{'segments':[]}", "required at /segments")]
    [TestCase("{'segment':['smb']}", "unknown_member at /segment")]
    public async Task Errors_of_a_deactivation_are_reported_by_pointer(string body, params string[] expected)
    {
        await _service.ActivateAsync("strict", new { segments = new[] { "smb", "enterprise" } });
        using var response = await _service.Client.PostAsync("/v1/models/strict/deactivate", TestRequests.Text(body.Replace('\'', '"')));
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.That(
            problem.GetProperty("errors").EnumerateArray()
                .Select(error => $"{error.GetProperty("code").GetString()} at {error.GetProperty("pointer").GetString()}"),
            Is.EquivalentTo(expected));
    }

    [TestCase("lifecycle", 422)]
    [TestCase("nope", 404)]
    public async Task A_model_without_a_segment_of_its_own_cannot_be_deactivated(string model, int status)
    {
        using var response = await _service.Client.PostAsync($"/v1/models/{model}/deactivate", TestRequests.Text("{}"));
        Assert.That((int)response.StatusCode, Is.EqualTo(status));
    }

    [Test]
    public async Task A_past_instant_is_evaluated_by_the_model_in_force_then()
    {
        var clock = (ManualTimeProvider)_service.Services.GetRequiredService<TimeProvider>();
        await _service.HealthyAsync("acme");
        var before = clock.GetUtcNow();
        clock.Advance(TimeSpan.FromHours(1));
        await _service.ActivateAsync("strict", new { });
        var then = await _service.GetAsync($"/v1/accounts/acme/health?at={before.AddMinutes(1):yyyy-MM-ddTHH:mm:ssZ}");
        Assert.That(
            (then.GetProperty("model").GetProperty("id").GetString(), then.GetProperty("category").GetString()),
            Is.EqualTo(("lifecycle", "healthy")));
    }

    [Test]
    public async Task A_process_that_holds_an_older_policy_reads_the_newest_before_it_evaluates()
    {
        using var store = NewStore();
        var clock = new ManualTimeProvider();
        await using var one = await TestService.StartAsync(Kind, clock: clock, store: store);
        await one.HealthyAsync("acme");
        await one.PutDocumentAsync("/v1/models/strict", PolicyRequests.Strict);
        await using var other = await TestService.StartAsync(Kind, ["Roles=api"], clock, store: store);
        var held = await other.Services.GetRequiredService<EvaluationPolicies>().CurrentAsync(CancellationToken.None);
        await one.ActivateAsync("strict", new { });

        // The clock does not move, so the other process still holds the policy that it read before.
        var evaluations = other.Services.GetRequiredService<AccountEvaluations>();
        Assert.That(held.Revision, Is.Zero);
        var tally = await evaluations.EvaluateAsync(["acme"], NotificationMode.Send, CancellationToken.None);
        Assert.That(
            (tally.Accounts, tally.Crossings), Is.EqualTo((1, 0)), "it evaluates by the newest policy, so the account does not move back");
    }

    private static string Described(JsonElement crossing) =>
        $"{crossing.GetProperty("threshold")} {crossing.GetProperty("direction")} {crossing.GetProperty("cause")}";
}
