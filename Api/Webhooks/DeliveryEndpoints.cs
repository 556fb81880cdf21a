using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Idempotency;
using HealthApi.Api.Problems;
using HealthApi.Api.Serialization;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Subscriptions;

namespace HealthApi.Api.Webhooks;

/// <summary>The delivery log of webhooks, and sending again.</summary>
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

    private static async Task<IResult> ListAsync(
        HttpRequest request, string id, WebhookSubscriptionStore webhooks, DeliveryStore deliveries, CancellationToken cancellation)
    {
        if (QueryValues.Limit(request).Failed(out var problem, out var limit)) return problem;
        if (Cursors.TryDecode<DeliveryPosition>(request, out var after) is { } forged) return forged;
        if (QueryValues.TryWords(request, "status", "a status", DeliveryStatus.All, out var statuses) is { } unknown) return unknown;
        if (await webhooks.FindAsync(id, cancellation) is null) return WebhookEndpoints.NotFound();
        var found = await deliveries.ListAsync(id, statuses, after, limit.Value + 1, cancellation);
        var page = found.Take(limit.Value).ToList();
        var next = found.Count > limit.Value ? Cursors.Encode(page[^1].Position) : null;
        return Results.Json(new { data = page.Select(DeliveryView.Of), nextCursor = next }, Json.Answers);
    }

    private static async Task<IResult> StatsAsync(
        HttpRequest request, string id, DeliveryStatsReader stats, TimeProvider time, CancellationToken cancellation)
    {
        if (QueryValues.TryTime(request, "since", out var since) is { } problem) return problem;
        var now = Instant.Truncate(time.GetUtcNow());
        if (since > now) return Problem.Invalid("?since", ErrorCodes.OutOfRange, "Must not lie in the future.");
        return await stats.ReadAsync(id, since ?? now - StatsOver, cancellation) is { } found
            ? Results.Json(StatsView.Of(found, now), Json.Answers)
            : WebhookEndpoints.NotFound();
    }

    private static async Task<IResult> PingAsync(
        HttpRequest request, string id, WebhookSubscriptionStore webhooks, Redelivery redelivery, CancellationToken cancellation)
    {
        if (await RefuseAsync(id, webhooks, cancellation) is { } problem) return problem;
        var deliveryId = await redelivery.PingAsync(id, System.Diagnostics.Activity.Current?.Id, cancellation);
        return Results.Json(new { deliveryId }, Json.Answers, statusCode: 202);
    }

    private static async Task<IResult> TestAsync(
        HttpRequest request, string id, WebhookSubscriptionStore webhooks, TestMessages messages, CancellationToken cancellation)
    {
        if ((await RequestJson.ReadAsync<TestRequest>(request)).Failed(out var problem, out var body)) return problem;
        if (WebhookEventTypes.Find(body.Type) is not { } type)
            return Problem.Invalid(UnknownWord.Error("/type", body.Type, "an event type", WebhookEventTypes.AllNames));
        if (await RefuseAsync(id, webhooks, cancellation) is { } refused) return refused;
        var deliveryId = await messages.SendAsync(id, type, System.Diagnostics.Activity.Current?.Id, cancellation);
        return Results.Json(new { deliveryId }, Json.Answers, statusCode: 202);
    }

    private static async Task<IResult> ReplayAsync(
        HttpRequest request, string id, WebhookSubscriptionStore webhooks, Redelivery redelivery, CancellationToken cancellation)
    {
        if ((await RequestJson.ReadAsync<ReplayRequest>(request)).Failed(out var problem, out var body)) return problem;
        var errors = WebhookRules.Check(body);
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (await RefuseAsync(id, webhooks, cancellation) is { } refused) return refused;
        var queued = await redelivery.ReplayAsync(id, body.Since, body.Until, body.Status, cancellation);
        return Results.Json(new { queued }, Json.Answers, statusCode: 202);
    }

    private static async Task<IResult> GetAsync(string id, DeliveryStore deliveries, CancellationToken cancellation) =>
        await deliveries.FindAsync(id, cancellation) is { } details ? Results.Json(DeliveryDetailsView.Of(details), Json.Answers)
            : NotFound();

    private static async Task<IResult> RedeliverAsync(
        HttpContext context, string id, DeliveryStore deliveries, Redelivery redelivery, CancellationToken cancellation) =>
        await redelivery.RedeliverAsync(id, cancellation) switch
        {
            RedeliverResult.NotFound => NotFound(),
            RedeliverResult.Disabled => Disabled(),
            RedeliverResult.Queued => await deliveries.FindAsync(id, cancellation) is { } details ? Redelivered(context, details)
                : NotFound(),
        };

    private static IResult Redelivered(HttpContext context, DeliveryDetails details)
    {
        if (details.Delivery.AccountId is { } accountId) ShownAccounts.Set(context, [accountId]);
        return Results.Json(DeliveryDetailsView.Of(details), Json.Answers, statusCode: 202);
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
