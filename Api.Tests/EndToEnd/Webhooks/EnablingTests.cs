using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks;

/// <summary>
/// When a subscription is enabled, its held deliveries are kept, all sent, or only the latest states are sent. None is lost.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class EnablingTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;
    private WebhookReceiver _receiver = null!;
    private string _id = null!;

    /// <summary>Makes a disabled subscription with seven held deliveries: five states of two accounts, and two renewals.</summary>
    [SetUp]
    public async Task SetUp()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _service = await TestService.StartAsync(Kind, clock: _clock);
        string[] eventTypes =
            [WebhookEventTypes.HealthThresholdCrossed, WebhookEventTypes.ChurnRiskThresholdCrossed, WebhookEventTypes.RenewalUpcoming];
        _id = (await _service.PostAsync("/v1/webhooks", new { url = _receiver.Url, eventTypes })).GetProperty("id").GetString()!;
        await _service.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{_id}", new { enabled = false });
        await HoldAsync(WebhookEventTypes.HealthThresholdCrossed, "acme", "h1");
        await HoldAsync(WebhookEventTypes.RenewalUpcoming, "acme", "t1");
        await HoldAsync(WebhookEventTypes.HealthThresholdCrossed, "globex", "g1");
        await HoldAsync(WebhookEventTypes.HealthThresholdCrossed, "acme", "h2");
        await HoldAsync(WebhookEventTypes.ChurnRiskThresholdCrossed, "acme", "c1");
        await HoldAsync(WebhookEventTypes.RenewalUpcoming, "acme", "t2");
        await HoldAsync(WebhookEventTypes.HealthThresholdCrossed, "acme", "h3");
    }

    [TearDown]
    public async Task TearDown()
    {
        await _receiver.DisposeAsync();
        await _service.DisposeAsync();
    }

    [TestCase(null)]
    [TestCase("keep")]
    public async Task With_keep_deliveries_stay_held(string? held)
    {
        var enabled = await _service.PostAsync($"/v1/webhooks/{_id}/enable", held is null ? null : new { held });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(enabled.GetProperty("enabled").GetBoolean(), Is.True);
            Assert.That((enabled.GetProperty("queued").GetInt32(), enabled.GetProperty("skipped").GetInt32()), Is.EqualTo((0, 0)));
            Assert.That(await _service.DeliveriesAsync(_id, "?status=held"), Has.Count.EqualTo(7));
        }
    }

    [Test]
    public async Task With_all_every_delivery_is_sent_and_those_of_one_account_in_order()
    {
        var enabled = await _service.PostAsync($"/v1/webhooks/{_id}/enable", new { held = "all" });
        Assert.That((enabled.GetProperty("queued").GetInt32(), enabled.GetProperty("skipped").GetInt32()), Is.EqualTo((7, 0)));
        await _receiver.WaitForAsync(7);
        Assert.That(Received().Where(key => key != "g1"), Is.EqualTo(new[] { "h1", "t1", "h2", "c1", "t2", "h3" }));
    }

    [Test]
    public async Task With_latest_only_the_latest_states_are_sent_and_replaced_ones_are_listed_as_skipped()
    {
        var enabled = await _service.PostAsync($"/v1/webhooks/{_id}/enable", new { held = "latest" });
        Assert.That((enabled.GetProperty("queued").GetInt32(), enabled.GetProperty("skipped").GetInt32()), Is.EqualTo((5, 2)));
        await _receiver.WaitForAsync(5);
        var skipped = await _service.DeliveriesAsync(_id, "?status=skipped");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Received(), Is.EquivalentTo(["t1", "g1", "c1", "t2", "h3"]), "renewals are not states, so each is sent");
            Assert.That(skipped.Select(delivery => delivery.GetProperty("messageId").GetString()), Is.EquivalentTo([Id("h1"), Id("h2")]));
        }

        var replayed = await _service.PostAsync($"/v1/webhooks/{_id}/replay", new { since = "2026-01-01", status = "skipped" });
        Assert.That(replayed.GetProperty("queued").GetInt32(), Is.EqualTo(2), "skipped deliveries can be replayed");
        await _receiver.WaitForAsync(7);
        Assert.That(Received().Skip(5), Is.EquivalentTo(["h1", "h2"]));
    }

    [Test]
    public async Task A_replay_without_a_status_does_not_send_skipped_deliveries()
    {
        await _service.PostAsync($"/v1/webhooks/{_id}/enable", new { held = "latest" });
        await _receiver.WaitForAsync(5);
        Assert.That(
            (await _service.PostAsync($"/v1/webhooks/{_id}/replay", new { since = "2026-01-01" })).GetProperty("queued").GetInt32(),
            Is.Zero);
    }

    [Test]
    public async Task An_unknown_value_of_held_is_refused_and_changes_nothing()
    {
        using var response = await _service.Client.PostAsJsonAsync($"/v1/webhooks/{_id}/enable", new { held = "some" });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("/held"));
            Assert.That((await _service.GetAsync($"/v1/webhooks/{_id}")).GetProperty("enabled").GetBoolean(), Is.False);
        }
    }

    private static string Id(string key) => WebhookMessage.IdOf(WebhookEventTypes.HealthThresholdCrossed, key);

    private IEnumerable<string> Received() =>
        _receiver.Received.Select(received => received.Json.GetProperty("data").GetProperty("key").GetString()!);

    private async Task HoldAsync(string type, string account, string key)
    {
        var (writer, now) = (_service.Services.GetRequiredService<OutboxWriter>(), _clock.GetUtcNow());
        var message = WebhookMessage.Create(key, type, account, now, JsonSerializer.SerializeToElement(new { key }), null);
        var facts = new WebhookFacts(type, account, null, null, null, null, []);
        await _service.Database.WriteAsync(
            transaction => writer.AppendAsync(transaction, [(message, facts)], CancellationToken.None), CancellationToken.None);
    }
}
