using System.Text.Json;
using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Evaluation.Rebuilding;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using static HealthApi.Api.Tests.Api.Explaining.ExplainingRig;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>Notices about an account: it has churned, or its renewal is upcoming.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class NoticeTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;
    private WebhookReceiver _receiver = null!;
    private string _subscription = "";

    private DateTimeOffset Now => _clock.GetUtcNow();

    [SetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind, clock: _clock);
        _receiver = await WebhookReceiver.StartAsync();
        var created = await _service.PostAsync(
            "/v1/webhooks",
            new
            {
                url = _receiver.Url.ToString(),
                eventTypes = new[] { WebhookEventTypes.AccountChurned, WebhookEventTypes.RenewalUpcoming }
            });
        _subscription = created.Text("id")!;
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _service.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Test]
    public async Task A_churn_sends_one_notice_and_a_second_churn_another()
    {
        await PutAsync("acme", new { name = "Acme", arr = 12_000, owner = "dana" });
        await PutAsync("acme", new { name = "Acme", arr = 12_000, owner = "dana", churnedAt = Now });
        await PutAsync("acme", new { name = "Acme Inc", arr = 12_000, owner = "dana", churnedAt = Now });
        var notice = (await _receiver.WaitForAsync(1)).Single().Json;
        AssertMatchesSchema(notice);
        Assert.That(notice.Text("type"), Is.EqualTo("account.churned"));
        Assert.That(notice.GetProperty("data").GetProperty("churnedAt").GetDateTimeOffset(), Is.EqualTo(Now));
        Assert.That(
            notice.GetProperty("data").GetProperty("account").GetRawText(),
            Is.EqualTo("""{"name":"Acme","segment":"smb","arr":12000,"owner":"dana"}"""));

        await PutAsync("acme", new { name = "Acme Inc" });
        await PutAsync("acme", new { name = "Acme Inc", churnedAt = Now.AddMinutes(1) });
        await _service.AdvanceAsync(_clock, TimeSpan.FromMinutes(1));
        var both = await _receiver.WaitForAsync(2);
        Assert.That(both.Select(message => message.MessageId), Is.Unique, "the second churn has a message of its own");
    }

    [Test]
    public async Task A_future_churn_sends_its_notice_at_its_date()
    {
        await PutAsync("acme", new { name = "Acme", churnedAt = Now.AddDays(3) });
        await _service.AdvanceAsync(_clock, TimeSpan.FromDays(3));
        var notice = (await _receiver.WaitForAsync(1)).Single().Json;
        Assert.That(notice.GetProperty("timestamp").GetDateTimeOffset(), Is.EqualTo(Now));
    }

    [Test]
    public async Task A_renewal_sends_notices_90_60_and_30_days_before_it()
    {
        await PutAsync("acme", new { name = "Acme", renewalDate = Now.AddDays(100), renewalStatus = "open" });
        var seen = new List<int>();
        foreach (var wait in (int[])[9, 30, 30])
        {
            await _service.AdvanceAsync(_clock, TimeSpan.FromDays(wait) + TimeSpan.FromSeconds(1));
            var message = (await _receiver.WaitForAsync(seen.Count + 1))[^1].Json;
            AssertMatchesSchema(message);
            seen.Add(message.GetProperty("data").GetProperty("daysToRenewal").GetInt32());
        }

        Assert.That(seen, Is.EqualTo(new[] { 90, 60, 30 }));
    }

    [Test]
    public async Task A_past_churn_an_already_near_renewal_and_a_settled_renewal_send_no_notice()
    {
        await PutAsync("left", new { name = "Left", churnedAt = Now.AddDays(-400) });
        await PutAsync("soon", new { name = "Soon", renewalDate = Now.AddDays(40) });
        await PutAsync("signed", new { name = "Signed", renewalDate = Now.AddDays(200), renewalStatus = "signed" });
        await PutAsync("signed", new { name = "Signed", renewalDate = Now.AddDays(50), renewalStatus = "signed" });
        await PutAsync("billed", new { name = "Billed", renewalDate = Now.AddDays(200) });
        await PostEventAsync("billed", "billing.renewed");
        await PutAsync("billed", new { name = "Billed", renewalDate = Now.AddDays(50) });
        await PutAsync("moved", new { name = "Moved", renewalDate = Now.AddDays(200) });
        await PutAsync("moved", new { name = "Moved", renewalDate = Now.AddDays(50) });
        Assert.That(await QueuedAsync(), Is.EqualTo(1));
        var notice = (await _receiver.WaitForAsync(1)).Single().Json.GetProperty("data");
        Assert.That((notice.Text("accountId"), notice.GetProperty("daysToRenewal").GetInt32()), Is.EqualTo(("moved", 50)));
    }

    [Test]
    public async Task The_first_profile_of_an_account_that_events_created_sends_no_notice()
    {
        await PostEventAsync("left", "usage.login");
        await PostEventAsync("soon", "usage.login");
        await PutAsync("left", new { name = "Left", churnedAt = Now.AddDays(-400) });
        await PutAsync("soon", new { name = "Soon", renewalDate = Now.AddDays(40) });
        Assert.That(await QueuedAsync(), Is.Zero);
        await _service.AdvanceAsync(_clock, TimeSpan.FromDays(10));
        Assert.That(await QueuedAsync(), Is.EqualTo(1), "the notice at 30 days is sent");
    }

    [Test]
    public async Task An_account_whose_memory_has_no_notices_yet_sends_only_new_ones()
    {
        await PutAsync("acme", new { name = "Acme", renewalDate = Now.AddDays(40) });
        var memory = await _service.Database.ReadAsync(
            connection => connection.QuerySingleAsync<byte[]>("SELECT memory_bytes FROM account_states"), CancellationToken.None);
        var earlier = (AccountMemory.FromStored(memory, []) with { Notices = null }).ToJson();
        await _service.Database.ExecuteAsync(
            "UPDATE account_states SET memory = @Memory, memory_bytes = NULL, version = version + 1",
            new { Memory = System.Text.Encoding.UTF8.GetString(earlier) });
        await PutAsync("acme", new { name = "Acme", renewalDate = Now.AddDays(40), churnedAt = Now });
        Assert.That((await _receiver.WaitForAsync(1)).Single().Json.Text("type"), Is.EqualTo("account.churned"));
        Assert.That(await QueuedAsync(), Is.EqualTo(1), "the renewal was already near, so it sends no notice");
    }

    [Test]
    public async Task A_notice_that_is_due_during_a_rebuild_is_sent_after_it()
    {
        await PutAsync("acme", new { name = "Acme" });
        await _service.Database.ExecuteAsync(
            "UPDATE accounts SET profile = @Profile",
            new
            {
                Profile =
                HealthApi.Infrastructure.Accounts.AccountColumns.ToProfile(new Account { Id = "acme", Name = "Acme", ChurnedAt = Now })
            });
        await _service.Services.GetRequiredService<ReadModelRebuilder>().RunAsync(_ => { }, CancellationToken.None);
        await _service.AdvanceAsync(_clock, TimeSpan.FromMinutes(1));
        Assert.That((await _receiver.WaitForAsync(1)).Single().Json.Text("type"), Is.EqualTo("account.churned"));
    }

    private static void AssertMatchesSchema(JsonElement message) =>
        Assert.That(SchemaChecker.OfMessages.Check(WebhookEventTypes.Find(message.Text("type")!)!.Schema, message), Is.Empty);

    /// <summary>Writes the account and waits until it is evaluated.</summary>
    private async Task PutAsync(string account, object profile)
    {
        await _service.PutAsync("/v1/accounts/" + account, profile);
        await _service.EvaluatedAsync();
    }

    private async Task PostEventAsync(string account, string type)
    {
        await _service.PostAsync("/v1/events", new { id = account, type, accountId = account, data = new { userId = "u" } });
        await _service.SettledAsync();
    }

    private async Task<int> QueuedAsync() => (await _service.DeliveriesAsync(_subscription)).Count;
}
