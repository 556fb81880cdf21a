using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>
/// Repeated <c>kill -9</c> of the service process under load, with the embedded transport: no event that was answered 202 is lost or
/// counted twice, and each crossing has one message.
/// </summary>
public sealed class KillTests(StoreKind kind) : StoreFixture(kind)
{
    private const int Rounds = 5, Senders = 8, Accounts = 10;

    private const string Subscription = """{"eventTypes":["churn_risk.threshold_crossed","health.threshold_crossed"],"url":"URL"}""";

    [Test]
    public async Task Events_answered_202_are_applied_once_and_each_crossing_has_one_message_despite_kills()
    {
        using var store = NewStore();
        using var folder = new TempFolder();
        await using var receiver = await WebhookReceiver.StartAsync();
        var acknowledged = new ConcurrentBag<string>();
        var port = ServiceProcess.FreePort();
        var random = new Random(42);
        for (var round = 0; round < Rounds; round++)
        {
            using var service = await ServiceProcess.StartAsync(folder, port, store);
            if (round == 0) await SubscribeAsync(service, receiver);
            if (round == 0) await ForAllAsync(service, "usage.login", "first");
            var load = Enumerable.Range(0, Senders).Select(sender => SendUntilGoneAsync(service, $"{round}-{sender}", acknowledged))
                .ToArray();
            var target = acknowledged.Count + 200 + random.Next(600);
            await Eventually.TrueAsync(() => acknowledged.Count >= target, "enough events were acknowledged");
            service.Kill();
            await Task.WhenAll(load);
        }

        using (var service = await ServiceProcess.StartAsync(folder, port, store))
        {
            await ForAllAsync(service, "relationship.champion_left", "last");
            await AssertFiguresAsync(service, store);
            await AssertMessagesAsync(store, receiver);
        }

        await AssertLedgerAsync(store, acknowledged);
    }

    private static async Task SubscribeAsync(ServiceProcess service, WebhookReceiver receiver)
    {
        using var content =
            new StringContent(Subscription.Replace("URL", receiver.Url.ToString()), System.Text.Encoding.UTF8, "application/json");
        using var response = await service.Client.PostAsync("/v1/webhooks", content);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created), await response.Content.ReadAsStringAsync());
    }

    /// <summary>
    /// Posts one event for each account and waits until they are processed. The first ones put each account on one side of the thresholds,
    /// the last ones make every account's risk high.
    /// </summary>
    private static async Task ForAllAsync(ServiceProcess service, string type, string name)
    {
        var events = Enumerable.Range(0, Accounts).Select(account => new { id = $"{name}-{account}", type, accountId = $"a{account}" });
        using var response = await service.Client.PostAsJsonAsync("/v1/events", events);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        await Eventually.GetAsync(() => PendingAsync(service), pending => pending == 0, "the lanes are drained");
    }

    private static async Task SendUntilGoneAsync(ServiceProcess service, string sender, ConcurrentBag<string> acknowledged)
    {
        for (var request = 0; ; request++)
        {
            var batch = Enumerable.Range(0, 1 + (request % 7)).Select(number => Event($"{sender}-{request}-{number}", request + number))
                .ToList();
            try
            {
                using var response = await service.Client.PostAsJsonAsync("/v1/events", batch.Select(pair => pair.Body));
                if (response.StatusCode != HttpStatusCode.Accepted) continue;
                foreach (var (id, _) in batch) acknowledged.Add(id);
            }
            catch (HttpRequestException)
            {
                return;
            }
            catch (TaskCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Mostly usage events. In some, the champion leaves or joins, so that churn risk crosses its thresholds.</summary>
    private static (string Id, object Body) Event(string id, int number) => (id, (number % 12) switch
    {
        0 => new { id, type = "relationship.champion_left", accountId = $"a{number % Accounts}", data = new { } },
        1 => new { id, type = "relationship.champion_joined", accountId = $"a{number % Accounts}", data = new { } },
        _ => new { id, type = "usage.login", accountId = $"a{number % Accounts}", data = new { userId = "u1" } },
    });

    private static async Task<long> PendingAsync(ServiceProcess service) =>
        (await service.Client.GetFromJsonAsync<JsonElement>("/v1/ingestion/stats")).GetProperty("pending").GetInt64();

    private static async Task AssertFiguresAsync(ServiceProcess service, TestStore store)
    {
        var logged = await store.QueryAsync<(string Account, long Logins)>(
            "SELECT account_id, COUNT(*) FROM events WHERE type = 1 GROUP BY account_id");
        Assert.That(logged, Has.Count.EqualTo(Accounts));
        foreach (var (account, logins) in logged)
        {
            var signals = await service.Client.GetFromJsonAsync<JsonElement>($"/v1/accounts/{account}/signals");
            Assert.That(
                signals.GetProperty("signals").GetProperty("logins30").GetProperty("value").GetDouble(), Is.EqualTo(logins),
                "each event is folded exactly once");
        }
    }

    private static async Task AssertMessagesAsync(TestStore store, WebhookReceiver receiver)
    {
        var crossings = (await store.QueryAsync<string>("SELECT id FROM crossings")).ToHashSet();
        Assert.That(crossings, Has.Count.GreaterThanOrEqualTo(Accounts), "every account has a crossing");
        Assert.That(
            await store.QueryAsync<string>("SELECT id FROM webhook_messages"), Has.Count.EqualTo(crossings.Count),
            "each crossing has one message");
        var received = await Eventually.GetAsync(
            () => Task.FromResult(receiver.Received.Select(webhook => (Id: webhook.MessageId, Crossing: CrossingOf(webhook))).ToHashSet()),
            seen => seen.Count >= crossings.Count,
            "every crossing arrives");
        Assert.That(received.Select(message => message.Crossing), Is.EquivalentTo(crossings), "each crossing arrives under one message id");
    }

    private static string CrossingOf(ReceivedWebhook webhook) => webhook.Json.GetProperty("data").GetProperty("crossingId").GetString()!;

    private static async Task AssertLedgerAsync(TestStore store, ConcurrentBag<string> acknowledged)
    {
        var applied = (await store.QueryAsync<string>("SELECT id FROM events")).ToHashSet();
        var missing = acknowledged.Where(id => !applied.Contains(id)).ToList();
        TestContext.Out.WriteLine($"acknowledged {acknowledged.Count}, applied {applied.Count}, missing {missing.Count}");
        Assert.That(missing, Is.Empty, "every event that was answered 202 is stored");
    }
}
