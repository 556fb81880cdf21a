using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Policies;

/// <summary>What a new alert policy does to accounts, and which policy rows a process skips.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AlertPolicyTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, clock: _clock);

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase("?announce=false", 0)]
    [TestCase("", 1)]
    public async Task A_new_policy_is_applied_to_every_account(string query, int messages)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var subscription = await _service.PostAsync("/v1/webhooks", new { url = receiver.Url, eventTypes = new[] { "alert.opened" } });
        await _service.AlertAsync("warned");
        await receiver.WaitForAsync(1);
        await AtMediumRiskAsync("acme");
        Assert.That(await _service.ListAsync("/v1/alerts?accountId=acme"), Is.Empty, "a medium risk is below the level");
        var put = await _service.PutDocumentAsync(
            "/v1/alert-policy" + query, "{'churnRisk':{'level':'medium','confirmHours':0},'segments':{'enterprise':{'churnRisk':null}}}");
        await _service.FinishedAsync(put.JobId);
        var alert = await _service.AlertOfAsync("acme");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(alert.GetProperty("cause").GetString(), Is.EqualTo("model"), "the account has not changed");
            Assert.That(
                await _service.DeliveriesAsync(subscription.GetProperty("id").GetString()!), Has.Count.EqualTo(1 + messages),
                "announce decides whether a message is sent");
        }
    }

    [Test]
    public async Task A_segment_can_switch_a_metric_off()
    {
        await _service.PutDocumentAsync("/v1/alert-policy", "{'segments':{'enterprise':{'churnRisk':null}}}");
        await _service.PutAsync("/v1/accounts/large", new { arr = 200_000 });
        await _service.PutAsync("/v1/accounts/small", new { arr = 1_000 });
        foreach (var id in new[] { "large", "small" })
        {
            await _service.PostAsync("/v1/events", new { id, type = "usage.login", accountId = id, data = new { userId = "u1" } });
            await _service.SettledAsync();
            await _service.LeaveAsync(id);
        }

        Assert.That(
            (await _service.ListAsync("/v1/alerts")).Select(alert => alert.GetProperty("accountId").GetString()),
            Is.EqualTo(new[] { "small" }));
    }

    [Test]
    public async Task Documents_and_changes_of_unknown_kinds_are_skipped()
    {
        var at = _clock.GetUtcNow();
        await _service.Database.ExecuteAsync(
            "INSERT INTO policy_documents (kind, id, version, document, created_at) VALUES ('later', 'default', 2, '{}', @At)", new { At = at });
        await _service.Database.ExecuteAsync(
            "INSERT INTO policy_changes (revision, at, kind, segment, id, version, announce) VALUES (1, @At, 'later', '', 'default', 2, 1)",
            new { At = at });
        await _service.AlertAsync("acme");
        var put = await _service.PutDocumentAsync("/v1/alert-policy", "{'churnRisk':{'level':'critical'}}");
        await _service.FinishedAsync(put.JobId);
        Assert.That((await _service.GetAsync("/v1/alert-policy")).GetProperty("version").GetInt32(), Is.EqualTo(2));
    }

    private async Task AtMediumRiskAsync(string id)
    {
        await _service.PostAsync("/v1/events", new { id, type = "usage.login", accountId = id, data = new { userId = "u1" } });
        await _service.PostAsync(
            "/v1/events", new { id = id + "-failed", type = "billing.payment_failed", accountId = id, data = new { invoiceId = "i1" } });
        await _service.SettledAsync();
    }
}
