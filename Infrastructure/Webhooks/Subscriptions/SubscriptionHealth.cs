using System.Data.Common;
using System.Text.Json;
using Dapper;
using HealthApi.Core.Primitives;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Sending;

namespace HealthApi.Infrastructure.Webhooks.Subscriptions;

/// <summary>
/// Records for each subscription since when its receiver has failed and until when it has asked for a pause. Disables a subscription whose
/// receiver answered 410 or has failed for five days, and notifies the other subscriptions.
/// </summary>
internal sealed class SubscriptionHealth(OutboxWriter outbox)
{
    /// <summary>How long a receiver may fail without one success.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(5);

    private const string SelectFailing = """
        SELECT s.url AS Url, COALESCE(s.failing_since, t.failing_since) AS FailingSince
        FROM webhook_subscriptions AS s LEFT JOIN webhook_subscription_states AS t ON t.subscription_id = s.id
        WHERE s.id = @Id
        """;

    /// <summary>Records the outcomes of attempts to one subscription.</summary>
    public async Task RecordAsync(
        DbTransaction transaction, string id, IReadOnlyList<DeliveryAttempt> attempts, CancellationToken cancellation)
    {
        if (attempts.Any(attempt => attempt.Outcome == DeliveryOutcome.Delivered))
            await SubscriptionStates.SucceededAsync(transaction, id);
        else
            await SubscriptionStates.FailedAsync(transaction, id, attempts.Min(attempt => attempt.At));
        if (attempts.Max(AskedPauseEnd) is { } until) await SubscriptionStates.PauseAsync(transaction, id, until);
        await GiveUpAsync(transaction, id, attempts, cancellation);
    }

    private static DateTimeOffset? AskedPauseEnd(DeliveryAttempt attempt) =>
        attempt is { Outcome: DeliveryOutcome.Throttled, RetryAfter: { } wait }
        ? attempt.At + attempt.Duration + (wait < RetrySchedule.MaxRetryAfter ? wait : RetrySchedule.MaxRetryAfter)
        : null;

    private async Task GiveUpAsync(
        DbTransaction transaction, string id, IReadOnlyList<DeliveryAttempt> attempts, CancellationToken cancellation)
    {
        var failing = await transaction.Connection!.QuerySingleOrDefaultAsync<FailingRow>(SelectFailing, new { Id = id }, transaction);
        if (failing is null) return;
        var now = attempts.Max(attempt => attempt.At + attempt.Duration);
        var gone = attempts.Any(attempt => attempt.Outcome == DeliveryOutcome.Gone);
        if (!gone && (failing.FailingSince is not { } since || now - since < Patience)) return;
        var reason = gone ? DisabledReasons.Gone : DisabledReasons.Failing;
        if (await SubscriptionSwitch.DisableAsync(transaction, id, reason, now))
            await outbox.NotifyOthersAsync(transaction, Notice(id, failing, reason, now), id, cancellation);
    }

    private static WebhookMessage Notice(string id, FailingRow failing, string reason, DateTimeOffset now)
    {
        var at = Instant.Truncate(now);
        var data = new
        {
            subscriptionId = id,
            url = failing.Url,
            reason,
            failingSince = failing.FailingSince?.UtcDateTime,
            disabledAt = at.UtcDateTime
        };
        return WebhookMessage.Create(
            $"{id}\n{at.ToMicroseconds()}", WebhookEventTypes.EndpointDisabled, null, at, JsonSerializer.SerializeToElement(data), null);
    }

    private sealed record FailingRow
    {
        public string Url { get; init; } = "";

        public DateTimeOffset? FailingSince { get; init; }
    }
}
