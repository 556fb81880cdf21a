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

/// <summary>What is told of an account beside crossings: that it has churned, and that its renewal comes up.</summary>
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
    public async Task An_account_that_is_marked_as_churned_is_told_once()
    {
        await PutAsync("acme", new { name = "Acme", arr = 12_000, owner = "dana" });
        await PutAsync("acme", new { name = "Acme", arr = 12_000, owner = "dana", churnedAt = Now });
        await PutAsync("acme", new { name = "Acme Inc", arr = 12_000, owner = "dana", churnedAt = Now });
        var told = (await _receiver.WaitForAsync(1)).Single().Json;
        IsAsDescribed(told);
        Assert.That(told.Text("type"), Is.EqualTo("account.churned"));
        Assert.That(told.GetProperty("data").GetProperty("churnedAt").GetDateTimeOffset(), Is.EqualTo(Now));
        Assert.That(
            told.GetProperty("data").GetProperty("account").GetRawText(),
            Is.EqualTo("""{"name":"Acme","segment":"smb","arr":12000,"owner":"dana"}"""));

        await PutAsync("acme", new { name = "Acme Inc" });
        await PutAsync("acme", new { name = "Acme Inc", churnedAt = Now.AddMinutes(1) });
        await _service.AdvanceAsync(_clock, TimeSpan.FromMinutes(1));
        var both = await _receiver.WaitForAsync(2);
        Assert.That(both.Select(message => message.MessageId), Is.Unique, "one who came back has left again");
    }

    [Test]
    public async Task A_churn_that_lies_ahead_is_told_when_it_comes()
    {
        await PutAsync("acme", new { name = "Acme", churnedAt = Now.AddDays(3) });
        await _service.AdvanceAsync(_clock, TimeSpan.FromDays(3));
        var told = (await _receiver.WaitForAsync(1)).Single().Json;
        Assert.That(told.GetProperty("timestamp").GetDateTimeOffset(), Is.EqualTo(Now));
    }

    [Test]
    public async Task A_renewal_is_told_90_60_and_30_days_before_it()
    {
        await PutAsync("acme", new { name = "Acme", renewalDate = Now.AddDays(100), renewalStatus = "open" });
        var seen = new List<int>();
        foreach (var wait in (int[])[9, 30, 30])
        {
            await _service.AdvanceAsync(_clock, TimeSpan.FromDays(wait) + TimeSpan.FromSeconds(1));
            var message = (await _receiver.WaitForAsync(seen.Count + 1))[^1].Json;
            IsAsDescribed(message);
            seen.Add(message.GetProperty("data").GetProperty("daysToRenewal").GetInt32());
        }

        Assert.That(seen, Is.EqualTo(new[] { 90, 60, 30 }));
    }

    [Test]
    public async Task What_was_so_already_is_no_news_and_what_is_settled_none_either()
    {
        await PutAsync("left", new { name = "Left", churnedAt = Now.AddDays(-400) });
        await PutAsync("soon", new { name = "Soon", renewalDate = Now.AddDays(40) });
        await PutAsync("signed", new { name = "Signed", renewalDate = Now.AddDays(200), renewalStatus = "signed" });
        await PutAsync("signed", new { name = "Signed", renewalDate = Now.AddDays(50), renewalStatus = "signed" });
        await PutAsync("billed", new { name = "Billed", renewalDate = Now.AddDays(200) });
        await TellAsync("billed", "billing.renewed");
        await PutAsync("billed", new { name = "Billed", renewalDate = Now.AddDays(50) });
        await PutAsync("moved", new { name = "Moved", renewalDate = Now.AddDays(200) });
        await PutAsync("moved", new { name = "Moved", renewalDate = Now.AddDays(50) });
        Assert.That(await QueuedAsync(), Is.EqualTo(1));
        var told = (await _receiver.WaitForAsync(1)).Single().Json.GetProperty("data");
        Assert.That((told.Text("accountId"), told.GetProperty("daysToRenewal").GetInt32()), Is.EqualTo(("moved", 50)));
    }

    [Test]
    public async Task Accounts_that_events_made_known_before_their_owner_described_them_are_taken_over_in_silence()
    {
        await TellAsync("left", "usage.login");
        await TellAsync("soon", "usage.login");
        await PutAsync("left", new { name = "Left", churnedAt = Now.AddDays(-400) });
        await PutAsync("soon", new { name = "Soon", renewalDate = Now.AddDays(40) });
        Assert.That(await QueuedAsync(), Is.Zero);
        await _service.AdvanceAsync(_clock, TimeSpan.FromDays(10));
        Assert.That(await QueuedAsync(), Is.EqualTo(1), "the 30 days are news");
    }

    [Test]
    public async Task An_account_of_an_earlier_version_is_told_of_from_now_on()
    {
        await PutAsync("acme", new { name = "Acme", renewalDate = Now.AddDays(40) });
        var memory = await _service.Database.ReadAsync(
            connection => connection.QuerySingleAsync<string>("SELECT memory FROM account_states"), CancellationToken.None);
        var earlier = (AccountMemory.FromJson(memory) with { Notices = null }).ToJson();
        await _service.Database.ExecuteAsync(
            "UPDATE account_states SET memory = @Memory, version = version + 1",
            new { Memory = System.Text.Encoding.UTF8.GetString(earlier) });
        await PutAsync("acme", new { name = "Acme", renewalDate = Now.AddDays(40), churnedAt = Now });
        Assert.That((await _receiver.WaitForAsync(1)).Single().Json.Text("type"), Is.EqualTo("account.churned"));
        Assert.That(await QueuedAsync(), Is.EqualTo(1), "how the renewal stands is no news");
    }

    [Test]
    public async Task What_was_to_be_told_when_all_is_told_again_from_the_log_is_told_after_it()
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

    private static void IsAsDescribed(JsonElement message) =>
        Assert.That(SchemaChecker.OfMessages.Check(WebhookEventTypes.Find(message.Text("type")!)!.Schema, message), Is.Empty);

    /// <summary>Writes the account and waits until it is evaluated.</summary>
    private async Task PutAsync(string account, object profile)
    {
        await _service.PutAsync("/v1/accounts/" + account, profile);
        await _service.EvaluatedAsync();
    }

    private async Task TellAsync(string account, string type)
    {
        await _service.PostAsync("/v1/events", new { id = account, type, accountId = account, data = new { userId = "u" } });
        await _service.SettledAsync();
    }

    private async Task<int> QueuedAsync() => (await _service.DeliveriesAsync(_subscription)).Count;
}
