using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Webhooks;
using NUnit.Framework;
using static HealthApi.Api.Tests.Api.Explaining.ExplainingRig;

namespace HealthApi.Api.Tests.EndToEnd.Alerts;

/// <summary>An alert from the events that cause it to the messages that a receiver gets: each once, whatever is repeated.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AlertTests(StoreKind kind) : StoreFixture(kind)
{
    [Test]
    public async Task An_account_that_becomes_critical_is_told_of_once_after_72_hours_and_its_recovery_once_after_a_week()
    {
        using var store = NewStore();
        await using var rig = await MoodRig.StartAsync(Kind, store);
        await rig.Service.PutAsync("/v1/accounts/acme", new { name = "Acme", arr = 120_000, mrr = 10_000, owner = "dana" });
        await rig.FeelAsync("acme", "neutral");
        var fell = await rig.FeelAsync("acme", "negative");
        await rig.AdvanceAsync(71.9);
        Assert.That(await rig.QueuedAsync(), Is.Empty, "a weekend is no news");
        await rig.AdvanceAsync(0.1);
        var opened = (await rig.Receiver.WaitForAsync(1)).Single();
        Assert.That(opened.IsSignedBy(rig.Secret, rig.Clock.GetUtcNow()), Is.True, "the message is signed");
        AssertMatchesSchema(opened);
        var data = opened.Json.GetProperty("data");
        Assert.That(
            (opened.Json.Text("type"), data.GetProperty("alert").Text("severity"), data.GetProperty("alert").Text("metric")),
            Is.EqualTo(("alert.opened", "critical", "health")));
        Assert.That(
            data.GetProperty("account").GetRawText(),
            Is.EqualTo("""{"name":"Acme","segment":"enterprise","arr":120000,"owner":"dana","mrr":10000}"""));
        Assert.That(data.GetProperty("reasons")[0].GetProperty("change").GetDecimal(), Is.EqualTo(-30m), "from stable to critical");
        Assert.That(data.GetProperty("alert").GetProperty("crossings").GetArrayLength(), Is.EqualTo(1));
        Assert.That(
            data.GetProperty("actions").Text("resolve"), Is.EqualTo($"/v1/alerts/{data.GetProperty("alert").Text("id")}/resolve"));

        await rig.SendAsync(fell);
        await rig.RestartAsync();
        await rig.FeelAsync("acme", "neutral");
        await rig.AdvanceAsync(167.9);
        Assert.That(await rig.QueuedAsync(), Has.Count.EqualTo(1), "a repeated event, a restart and a good day add nothing");
        await rig.AdvanceAsync(0.1);
        var resolved = (await rig.Receiver.WaitForAsync(2))[^1];
        AssertMatchesSchema(resolved);
        Assert.That(resolved.Json.Text("type"), Is.EqualTo("alert.resolved"));
        Assert.That(resolved.Json.GetProperty("data").GetProperty("alert").Text("resolution"), Is.EqualTo("recovered"));
        await rig.AdvanceAsync(24);
        Assert.That(await rig.QueuedAsync(), Is.EqualTo(new[] { "alert.opened", "alert.resolved" }));
        var alert = (await rig.AlertsAsync()).Single();
        Assert.That(alert.Text("status"), Is.EqualTo("resolved"));
        var history = (await rig.Service.GetAsync("/v1/alerts/" + alert.Text("id"))).GetProperty("history").EnumerateArray();
        Assert.That(history.Select(entry => entry.Text("what")), Is.EqualTo(new[] { "opened", "resolved" }));
    }

    [Test]
    public async Task A_fact_opens_an_alert_of_churn_risk_at_once_and_further_facts_update_it()
    {
        using var store = NewStore();
        await using var rig = await MoodRig.StartAsync(Kind, store);
        await rig.FeelAsync("acme", "positive");
        await rig.SendAsync(new { id = "left", type = "relationship.champion_left", accountId = "acme" });
        var opened = (await rig.Receiver.WaitForAsync(1)).Single();
        AssertMatchesSchema(opened);
        var alert = opened.Json.GetProperty("data").GetProperty("alert");
        Assert.That(
            (alert.Text("metric"), alert.Text("severity"), alert.Text("confirmedAt")),
            Is.EqualTo(("churn_risk", "warning", (string?)null)));
        Assert.That(alert.GetProperty("interventions").GetArrayLength(), Is.EqualTo(1));
        await rig.SendAsync(new { id = "rival", type = "relationship.competitor_mentioned", accountId = "acme" });
        await rig.SendAsync(new { id = "cut", type = "relationship.budget_cut", accountId = "acme" });
        await rig.SendAsync(new { id = "left", type = "relationship.champion_left", accountId = "acme" });
        await rig.AdvanceAsync(48);
        Assert.That(await rig.QueuedAsync(), Is.EqualTo(new[] { "alert.opened", "alert.updated" }), "one alert, told once that it is critical");
        var stored = (await rig.AlertsAsync()).Single();
        Assert.That((stored.Text("severity"), stored.Text("confirmedAt") is not null), Is.EqualTo(("critical", true)));
    }

    [Test]
    public async Task The_first_score_of_an_account_opens_quietly()
    {
        using var store = NewStore();
        await using var rig = await MoodRig.StartAsync(Kind, store);
        await rig.FeelAsync("acme", "negative");
        await rig.AdvanceAsync(72);
        Assert.That((await rig.AlertsAsync()).Single().Text("status"), Is.EqualTo("open"), "it is listed");
        await rig.FeelAsync("acme", "positive");
        await rig.AdvanceAsync(168);
        Assert.That((await rig.AlertsAsync()).Single().Text("resolution"), Is.EqualTo("recovered"));
        Assert.That(await rig.QueuedAsync(), Is.Empty, "and there is no message");
    }

    [Test]
    public async Task A_fall_by_forty_points_within_a_day_opens_at_once()
    {
        using var store = NewStore();
        await using var rig = await MoodRig.StartAsync(Kind, store);
        await rig.FeelAsync("acme", "positive");
        await rig.AdvanceAsync(100);
        await rig.FeelAsync("acme", "neutral");
        Assert.That(await rig.QueuedAsync(), Is.Empty);
        await rig.AdvanceAsync(23);
        await rig.FeelAsync("acme", "negative");
        Assert.That(await rig.QueuedAsync(), Is.EqualTo(new[] { "alert.opened" }), "from 100 to 35 within 23 hours");
        await rig.AdvanceAsync(25);
        await rig.FeelAsync("acme", "neutral");
        await rig.FeelAsync("acme", "negative");
        Assert.That((await rig.AlertsAsync()).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_filter_selects_the_alerts_of_a_subscription()
    {
        using var store = NewStore();
        await using var rig = await MoodRig.StartAsync(Kind, store, new { metrics = new[] { "health" }, minArr = 50_000 });
        await rig.Service.PutAsync("/v1/accounts/large", new { name = "Large", arr = 120_000 });
        await rig.Service.PutAsync("/v1/accounts/small", new { name = "Small", arr = 1_000 });
        foreach (var account in (string[])["large", "small"])
        {
            await rig.FeelAsync(account, "positive");
            await rig.FeelAsync(account, "negative");
            await rig.SendAsync(new { id = "left-" + account, type = "relationship.champion_left", accountId = account });
        }

        Assert.That((await rig.AlertsAsync()).Count, Is.EqualTo(4));
        var message = (await rig.Receiver.WaitForAsync(1)).Single().Json.GetProperty("data");
        Assert.That((message.Text("accountId"), message.GetProperty("alert").Text("metric")), Is.EqualTo(("large", "health")));
        Assert.That(await rig.QueuedAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Over_the_limit_of_an_owner_messages_are_withheld_counted_and_mentioned_in_the_next_one()
    {
        using var store = NewStore();
        await using var rig = await MoodRig.StartAsync(Kind, store);
        var put = await rig.Service.PutDocumentAsync("/v1/alert-policy", "{'maxPerOwnerPerWeek':1}");
        Assert.That((int)put.Status, Is.InRange(200, 299));
        foreach (var account in (string[])["a1", "a2", "a3"])
        {
            await rig.Service.PutAsync("/v1/accounts/" + account, new { name = account, owner = "dana" });
            await rig.FeelAsync(account, "positive");
            await rig.SendAsync(new { id = "left-" + account, type = "relationship.champion_left", accountId = account });
        }

        Assert.That(await rig.QueuedAsync(), Is.EqualTo(new[] { "alert.opened" }));
        var alerts = await rig.AlertsAsync();
        Assert.That(
            alerts.OrderBy(alert => alert.Text("accountId")).Select(alert => alert.GetProperty("suppressed").GetInt32()),
            Is.EqualTo(new[] { 0, 1, 1 }), "all are listed");
        await rig.FeelAsync("a3", "negative");
        var critical = (await rig.Receiver.WaitForAsync(2))[^1].Json.GetProperty("data");
        Assert.That(critical.GetProperty("alert").Text("severity"), Is.EqualTo("critical"), "the worst is never withheld");
        Assert.That(critical.GetProperty("suppressed").GetInt32(), Is.EqualTo(2));
        await rig.AdvanceAsync(169);
        await rig.Service.PutAsync("/v1/accounts/a4", new { name = "a4", owner = "dana" });
        await rig.FeelAsync("a4", "positive");
        await rig.SendAsync(new { id = "left-a4", type = "relationship.champion_left", accountId = "a4" });
        Assert.That(
            (await rig.Receiver.WaitForAsync(3))[^1].Json.GetProperty("data").GetProperty("suppressed").GetInt32(), Is.Zero, "a new week");
    }

    private static void AssertMatchesSchema(ReceivedWebhook message) => Assert.That(
        SchemaChecker.OfMessages.Check(WebhookEventTypes.Find(message.Json.Text("type")!)!.Schema, message.Json), Is.Empty);
}
