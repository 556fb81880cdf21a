using System.Data.Common;
using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// A delivery to be put into the outbox; <see cref="Status"/> is <c>pending</c> (due at <see cref="CreatedAt"/>) or <c>held</c>.
/// </summary>
internal sealed record QueuedDelivery(string MessageId, string SubscriptionId, string? AccountId, string Status, DateTimeOffset CreatedAt)
{
    public string Id { get; } = DeliveryIds.Of(MessageId, SubscriptionId);

    public DateTimeOffset? NextAttemptAt => Status == DeliveryStatus.Pending ? CreatedAt : null;
}

/// <summary>
/// The outbox's statements over many rows, as each database runs them best. The number of round trips does not grow with the rows.
/// </summary>
internal interface IOutboxSql
{
    /// <summary>
    /// Inserts messages and deliveries that are absent by id, never updates one. A message is there before its deliveries.
    /// </summary>
    /// <returns>How many deliveries were not there before.</returns>
    Task<int> InsertIfAbsentAsync(
        DbTransaction transaction, IReadOnlyCollection<WebhookMessage> messages, IReadOnlyCollection<QueuedDelivery> deliveries);

    /// <summary>The deliveries of a subscription that are due, the longest due first; not claimed yet.</summary>
    Task<IReadOnlyList<ClaimedDelivery>> DueAsync(DbTransaction transaction, string subscriptionId, DateTimeOffset now, int limit);

    /// <summary>
    /// Moves <c>next_attempt_at</c> of the candidates to the end of the lease where they are pending and still due: two dispatchers never
    /// get the same row, and what a dead process had claimed falls due again by itself.
    /// </summary>
    /// <returns>The sequence numbers of those that are ours now.</returns>
    Task<IReadOnlySet<long>> ClaimAsync(
        DbTransaction transaction, IReadOnlyCollection<long> candidates, DateTimeOffset now, DateTimeOffset leaseUntil, string owner);

    /// <summary>
    /// Writes the step after each attempt and the attempt itself, where the lease is still the owner's. A delivery that was put on hold
    /// meanwhile stays so, unless it has got through or failed for good; one deleted meanwhile adds nothing.
    /// </summary>
    Task FinishAsync(DbTransaction transaction, IReadOnlyCollection<FinishedDelivery> finished, string owner);

    /// <summary>Gives claims back that were not sent: due again now, and no attempt counted.</summary>
    Task GiveBackAsync(DbTransaction transaction, IReadOnlyCollection<ClaimedDelivery> unsent, DateTimeOffset now, string owner);
}
