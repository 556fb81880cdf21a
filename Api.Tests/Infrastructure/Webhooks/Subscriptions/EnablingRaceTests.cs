using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Webhooks.Subscriptions;

/// <summary>
/// A message that is decided while a subscription is disabled, and committed while it is being enabled, is released with the others.
/// </summary>
internal sealed class EnablingRaceTests(StoreKind kind) : StoreFixture(kind)
{
    [Test]
    public async Task No_delivery_stays_held_after_enabling([Values(HeldChoice.All, HeldChoice.Latest)] HeldChoice choice)
    {
        await using var service = await TestService.StartAsync(Kind, ["Roles=api"], new ManualTimeProvider());
        var (id, _) = await service.SubscribeAsync(new Uri("http://127.0.0.1:50009/"));
        await service.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { enabled = false });
        await service.QueueAsync("crs_1");

        var (decided, committed) = (new TaskCompletionSource(), new TaskCompletionSource());
        var queueing = Task.Run(() => QueueAsync(service, "crs_2", decided, committed.Task));
        await decided.Task;
        var store = new RequestedWrites(service.Database);
        var backlog = ActivatorUtilities.CreateInstance<SubscriptionBacklog>(service.Services, store);
        var subscriptions = ActivatorUtilities.CreateInstance<WebhookSubscriptionStore>(service.Services, store, backlog);
        var enabling = Task.Run(() => subscriptions.EnableAsync(id, choice, CancellationToken.None));
        await UntilEnablingWaitsAsync(store, enabling);
        committed.SetResult();
        await Task.WhenAll(queueing, enabling);

        var statuses = await service.Database.ReadAsync(
            connection => connection.QueryAsync<string>("SELECT status FROM webhook_deliveries"), CancellationToken.None);
        Assert.That(statuses, Is.EqualTo(new[] { "pending", "pending" }));
    }

    /// <summary>
    /// On SQLite every writer waits while the transaction of the message is open; on SQL Server the enabling waits for a lock.
    /// </summary>
    private Task UntilEnablingWaitsAsync(RequestedWrites store, Task enabling) =>
        Kind == StoreKind.Sqlite ? store.FirstRequested.WaitAsync(Eventually.Patience) : store.WaitsOrEndsAsync(enabling);

    private static Task<int> QueueAsync(TestService service, string key, TaskCompletionSource decided, Task committed)
    {
        var writer = service.Services.GetRequiredService<OutboxWriter>();
        var message = new WebhookMessage("msg_" + key, WebhookEventTypes.HealthThresholdCrossed, key, DateTimeOffset.UnixEpoch, "{}", null);
        return service.Database.WriteAsync(
            async transaction =>
            {
                var queued = await writer.AppendAsync(transaction, [(message, WebhookFacts.OfType(message.Type))], CancellationToken.None);
                decided.TrySetResult();
                await committed;
                return queued;
            },
            CancellationToken.None);
    }
}
