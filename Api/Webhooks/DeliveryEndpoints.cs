using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Idempotency;
using HealthApi.Api.Problems;
using HealthApi.Api.Telemetry;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Subscriptions;

namespace HealthApi.Api.Webhooks;

/// <summary>The delivery log of webhooks, test messages and replay.</summary>
internal static class DeliveryEndpoints
{
    private static readonly TimeSpan StatsOver = TimeSpan.FromDays(1);

    /// <summary>Routes under a subscription.</summary>
    public static void MapDeliveries(this IEndpointRouteBuilder subscriptions)
    {
        subscriptions.MapGet("/{id}/deliveries", ListAsync).WithQuery("status", "limit", "cursor");
        subscriptions.MapGet("/{id}/stats", StatsAsync).WithQuery("since");
        subscriptions.MapPost("/{id}/ping", PingAsync);
        subscriptions.MapPost("/{id}/test", TestAsync);
        subscriptions.MapPost("/{id}/replay", ReplayAsync);
    }

    /// <summary>Routes of a delivery.</summary>
    public static void MapDelivery(this IEndpointRouteBuilder deliveries)
    {
        deliveries.MapGet("/{id}", GetAsync);
        deliveries.MapPost("/{id}/redeliver", RedeliverAsync);
    }

    private static async Task<Results<Ok<Page<DeliveryView>>, Problem>> ListAsync(
        HttpRequest request, string id, WebhookSubscriptionStore webhooks, DeliveryStore deliveries, CancellationToken cancellation)
    {
        if (PageRequest.Read<DeliveryPosition>(request).Failed(out var problem, out var page)) return problem;
        if (QueryValues.ReadWords(request, "status", "a status", DeliveryStatus.All, out var statuses) is { } unknown) return unknown;
        if (await webhooks.FindAsync(id, cancellation) is null) return WebhookEndpoints.NotFound();
        var found = await deliveries.ListAsync(id, statuses, page.After, page.RowsToRead, cancellation);
        return TypedResults.Ok(page.ToPage(found, DeliveryView.Of, delivery => delivery.Position));
    }

    private static async Task<Results<Ok<StatsView>, Problem>> StatsAsync(
        HttpRequest request, string id, DeliveryStatsReader stats, TimeProvider time, CancellationToken cancellation)
    {
        if (QueryValues.ReadTime(request, "since", out var since) is { } problem) return problem;
        var now = Instant.Truncate(time.GetUtcNow());
        if (since > now) return Problem.Invalid("?since", ErrorCodes.OutOfRange, "Must not be in the future.");
        return await stats.ReadAsync(id, since ?? now - StatsOver, cancellation) is { } found
            ? TypedResults.Ok(StatsView.Of(found, now))
            : WebhookEndpoints.NotFound();
    }

    private static async Task<Results<Accepted<QueuedDelivery>, Problem>> PingAsync(
        string id, WebhookSubscriptionStore webhooks, Redelivery redelivery, CancellationToken cancellation)
    {
        if (await RefuseAsync(id, webhooks, cancellation) is { } problem) return problem;
        var deliveryId = await redelivery.PingAsync(id, TraceParent.Current, cancellation);
        return TypedResults.Accepted((string?)null, new QueuedDelivery(deliveryId));
    }

    private static async Task<Results<Accepted<QueuedDelivery>, Problem>> TestAsync(
        HttpRequest request, string id, WebhookSubscriptionStore webhooks, TestMessages messages, CancellationToken cancellation)
    {
        if ((await RequestJson.ReadAsync<TestRequest>(request)).Failed(out var problem, out var body)) return problem;
        if (WebhookEventTypes.Find(body.Type) is not { } type)
            return Problem.Invalid(UnknownWord.Error("/type", body.Type, "an event type", WebhookEventTypes.AllNames));
        if (await RefuseAsync(id, webhooks, cancellation) is { } refused) return refused;
        var deliveryId = await messages.SendAsync(id, type, TraceParent.Current, cancellation);
        return TypedResults.Accepted((string?)null, new QueuedDelivery(deliveryId));
    }

    private static async Task<Results<Accepted<QueuedDeliveries>, Problem>> ReplayAsync(
        HttpRequest request, string id, WebhookSubscriptionStore webhooks, Redelivery redelivery, CancellationToken cancellation)
    {
        if ((await RequestJson.ReadAsync<ReplayRequest>(request)).Failed(out var problem, out var body)) return problem;
        var errors = WebhookRules.Check(body);
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (await RefuseAsync(id, webhooks, cancellation) is { } refused) return refused;
        var queued = await redelivery.ReplayAsync(id, body.Since, body.Until, body.Status, cancellation);
        return TypedResults.Accepted((string?)null, new QueuedDeliveries(queued));
    }

    private static async Task<Results<Ok<DeliveryDetailsView>, Problem>> GetAsync(
        string id, DeliveryStore deliveries, CancellationToken cancellation) =>
        await deliveries.FindAsync(id, cancellation) is { } details ? TypedResults.Ok(DeliveryDetailsView.Of(details)) : NotFound();

    private static async Task<Results<Accepted<DeliveryDetailsView>, Problem>> RedeliverAsync(
        HttpContext context, string id, DeliveryStore deliveries, Redelivery redelivery, CancellationToken cancellation) =>
        await redelivery.RedeliverAsync(id, cancellation) switch
        {
            RedeliverResult.NotFound => NotFound(),
            RedeliverResult.Disabled => Disabled(),
            RedeliverResult.Queued => await deliveries.FindAsync(id, cancellation) is { } details ? Redelivered(context, details)
                : NotFound(),
        };

    private static Accepted<DeliveryDetailsView> Redelivered(HttpContext context, DeliveryDetails details)
    {
        if (details.Delivery.AccountId is { } accountId) ShownAccounts.Set(context, [accountId]);
        return TypedResults.Accepted((string?)null, DeliveryDetailsView.Of(details));
    }

    private static async Task<Problem?> RefuseAsync(string id, WebhookSubscriptionStore webhooks, CancellationToken cancellation) =>
        await webhooks.FindAsync(id, cancellation) switch
        {
            null => WebhookEndpoints.NotFound(),
            { Enabled: false } => Disabled(),
            _ => null,
        };

    private static Problem NotFound() => Problem.NotFound("There is no such delivery.");

    private static Problem Disabled() => new(ProblemType.Conflict, "The subscription is disabled; enable it first.");
}
