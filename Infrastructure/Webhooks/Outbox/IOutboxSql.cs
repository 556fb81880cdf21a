using System.Data.Common;
using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// A delivery to be inserted into the outbox; <see cref="Status"/> is <c>pending</c> (due at <see cref="CreatedAt"/>) or <c>held</c>.
/// </summary>
internal sealed record QueuedDelivery(string MessageId, string SubscriptionId, string? AccountId, string Status, DateTimeOffset CreatedAt)
{
    public string Id { get; } = DeliveryIds.Of(MessageId, SubscriptionId);

    public DateTimeOffset? NextAttemptAt => Status == DeliveryStatus.Pending ? CreatedAt : null;
}

/// <summary>
/// The outbox's statements over many rows, written for each database. The number of round trips does not grow with the number of rows.
/// </summary>
internal interface IOutboxSql
{
    /// <summary>
    /// Inserts messages and deliveries whose id is absent, never updates one. Messages are inserted before their deliveries.
    /// </summary>
    /// <returns>The number of inserted deliveries.</returns>
    Task<int> InsertIfAbsentAsync(
        DbTransaction transaction, IReadOnlyCollection<WebhookMessage> messages, IReadOnlyCollection<QueuedDelivery> deliveries);

    /// <summary>The due deliveries of a subscription, the longest due first; not claimed yet.</summary>
    Task<IReadOnlyList<ClaimedDelivery>> DueAsync(DbTransaction transaction, string subscriptionId, DateTimeOffset now, int limit);

    /// <summary>
    /// Moves <c>next_attempt_at</c> of the candidates to the end of the lease where they are pending and still due. Two dispatchers never
    /// get the same row, and the claims of a dead process become due again by themselves.
    /// </summary>
    /// <returns>The sequence numbers of the claimed deliveries.</returns>
    Task<IReadOnlySet<long>> ClaimAsync(
        DbTransaction transaction, IReadOnlyCollection<long> candidates, DateTimeOffset now, DateTimeOffset leaseUntil, string owner);

    /// <summary>
    /// Writes each attempt and the delivery's status after it, where the owner still holds the lease. A delivery that was held meanwhile
    /// stays held, unless it was delivered or has failed for good; a delivery that was deleted meanwhile is skipped.
    /// </summary>
    Task FinishAsync(DbTransaction transaction, IReadOnlyCollection<FinishedDelivery> finished, string owner);

    /// <summary>Returns claimed deliveries that were not sent: they are due again now, and no attempt is counted.</summary>
    Task GiveBackAsync(DbTransaction transaction, IReadOnlyCollection<ClaimedDelivery> unsent, DateTimeOffset now, string owner);
}
