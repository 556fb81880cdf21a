using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;
using static HealthApi.Api.Tests.Api.Explaining.ExplainingRig;

namespace HealthApi.Api.Tests.EndToEnd.Alerts;

/// <summary>
/// A service whose model scores the mood of tickets: positive 100, neutral 65 (stable), negative 35 (critical); a receiver of all messages
/// of alerts; and a clock.
/// </summary>
internal sealed class MoodRig : IAsyncDisposable
{
    private const string Model =
        "{'components':[{'id':'mood','weight':1,'measures':[{'signal':'supportSentiment','normaliser':{'kind':'map',"
        + "'points':{'positive':100,'neutral':65,'negative':35,'escalated':0}}}]}],"
        + "'categories':[{'id':'healthy','bound':80},{'id':'stable','bound':60},{'id':'at_risk','bound':40},{'id':'critical'}]}";

    public static readonly string[] Types = ["alert.opened", "alert.updated", "alert.resolved", "alert.snooze_ended"];

    private readonly StoreKind _kind;
    private readonly TestStore _store;
    private int _events;

    private MoodRig(StoreKind kind, TestStore store) => (_kind, _store) = (kind, store);

    public ManualTimeProvider Clock { get; } = new();

    public TestService Service { get; private set; } = null!;

    public WebhookReceiver Receiver { get; private set; } = null!;

    public string Secret { get; private set; } = "";

    public string Subscription { get; private set; } = "";

    public static async Task<MoodRig> StartAsync(StoreKind kind, TestStore store, object? filter = null)
    {
        var rig = new MoodRig(kind, store) { Receiver = await WebhookReceiver.StartAsync() };
        rig.Service = await TestService.StartAsync(kind, clock: rig.Clock, store: store);
        var put = await rig.Service.PutDocumentAsync("/v1/models/mood", Model);
        Assert.That((int)put.Status, Is.InRange(200, 299), put.Text);
        await rig.Service.ActivateAsync("mood", new { segments = new[] { "*" } });
        var created = await rig.Service.PostAsync(
            "/v1/webhooks", new { url = rig.Receiver.Url.ToString(), eventTypes = Types, filter });
        (rig.Subscription, rig.Secret) = (created.Text("id")!, created.Text("secret")!);
        return rig;
    }

    /// <summary>Stops the service and starts it again on the same store.</summary>
    public async Task RestartAsync()
    {
        await Service.AtRestAsync();
        await Service.DisposeAsync();
        Service = await TestService.StartAsync(_kind, clock: Clock, store: _store);
    }

    /// <summary>Sends one event about the account's only ticket, and waits until it is processed.</summary>
    public async Task<object> FeelAsync(string account, string mood)
    {
        var sent = new
        {
            id = $"mood-{++_events}",
            type = _events == 1 ? "ticket.opened" : "ticket.updated",
            accountId = account,
            occurredAt = Clock.GetUtcNow(),
            data = new { ticketId = account, sentiment = mood },
        };
        await SendAsync(sent);
        return sent;
    }

    public async Task SendAsync(object sent)
    {
        await Service.PostAsync("/v1/events", sent);
        await Service.SettledAsync();
        await Service.EvaluatedAsync();
    }

    /// <summary>Moves the clock, from due time to due time, and waits until every account that is due is evaluated.</summary>
    public Task AdvanceAsync(double hours) => Service.AdvanceAsync(Clock, TimeSpan.FromHours(hours));

    /// <summary>The types of the messages that were queued, oldest first.</summary>
    public async Task<IReadOnlyList<string>> QueuedAsync() =>
        [.. (await Service.DeliveriesAsync(Subscription)).Reverse().Select(delivery => delivery.Text("type")!)];

    /// <summary>The stored alerts, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> AlertsAsync() =>
        [.. await Service.ListAsync("/v1/alerts?status=open,acknowledged,resolved&sort=openedAt")];

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}
