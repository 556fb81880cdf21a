using System.Data.Common;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Subscriptions;

namespace HealthApi.Infrastructure.Webhooks.Dispatch;

/// <summary>The deliveries that a turn will claim, and when more are ready.</summary>
internal sealed class DispatchPlan
{
    /// <summary>
    /// How many claimed deliveries may be in memory, over all senders: 160 MB of the largest messages, 10 MB of usual ones.
    /// </summary>
    private const int MostInMemory = 8192;

    /// <summary>
    /// How many due deliveries are read for each that starts. More than one, because deliveries of one account are sent one after the
    /// other.
    /// </summary>
    private const int ReadForEach = 8;

    private readonly List<PlannedClaim> _claims = [];

    private DispatchPlan(DateTimeOffset nextAt) => NextAt = nextAt;

    /// <summary>When the next delivery becomes ready that is not ready now.</summary>
    public DateTimeOffset NextAt { get; private set; }

    public bool IsEmpty => _claims.Count == 0;

    /// <summary>
    /// Finds the subscriptions with ready deliveries, room in their sender and budget; the next look is at <paramref name="latest"/> at the
    /// latest.
    /// </summary>
    public static DispatchPlan Make(
        SubscriptionSenders senders, IReadOnlyList<DueSubscription> due, DateTimeOffset now, DateTimeOffset latest)
    {
        var plan = new DispatchPlan(latest);
        var most = Math.Max(1, MostInMemory / Math.Max(1, due.Count(subscription => subscription.ReadyAt <= now)));
        foreach (var subscription in due)
        {
            if (plan.Plan(subscription, senders.Find(subscription.Id), most, now) is { } claim)
                plan._claims.Add(claim);
        }

        return plan;
    }

    /// <summary>Chooses the deliveries of subscriptions in strict order, and removes the subscriptions for which none can start.</summary>
    public async Task ChooseAsync(OutboxQueue queue, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var claim in _claims.Where(claim => claim.Subscription.StrictOrder))
        {
            (claim.Candidates, var nextAt) = await queue.HeadsAsync(claim.Subscription.Id, now, claim.Limit, cancellation);
            if (nextAt is { } later) WaitFor(later);
        }

        _claims.RemoveAll(claim => claim.Subscription.StrictOrder && claim.Candidates.Count == 0);
    }

    /// <summary>Claims the deliveries that are still due; returns the sequence numbers of the claimed ones.</summary>
    public async Task<IReadOnlySet<long>> ClaimAsync(
        DbTransaction transaction, OutboxQueue queue, DateTimeOffset now, DateTimeOffset leaseUntil)
    {
        var seqs = new List<long>();
        foreach (var claim in _claims)
        {
            var due = claim.Subscription.StrictOrder
                ? await StillHeadsAsync(transaction, claim.Candidates)
                : await queue.CandidatesAsync(transaction, claim.Subscription.Id, now, claim.Limit);
            claim.Candidates = claim.Begins is { } most ? claim.Sender.Startable(due, most) : due;
            if (claim.Candidates.Count > 0 && await claim.SpendAsync(transaction, now))
                seqs.AddRange(claim.Candidates.Select(delivery => delivery.Seq));
        }

        return seqs.Count == 0 ? new HashSet<long>() : await queue.ClaimAsync(transaction, seqs, now, leaseUntil);
    }

    /// <summary>Passes the claimed deliveries to their senders.</summary>
    public void Enqueue(IReadOnlySet<long> claimed, DateTimeOffset leaseUntil)
    {
        foreach (var claim in _claims)
        {
            claim.Sender.Enqueue(
                claim.Candidates.Where(delivery => claimed.Contains(delivery.Seq))
                .Select(delivery => delivery with { LeaseUntil = leaseUntil }));
        }
    }

    private PlannedClaim? Plan(DueSubscription subscription, SubscriptionSender? sender, int most, DateTimeOffset now)
    {
        var readyAt = sender is not null && sender.RestsUntil > subscription.ReadyAt ? sender.RestsUntil : subscription.ReadyAt;
        if (readyAt > now) return WaitFor(readyAt);
        if (sender is null || sender.Room(most) is not (> 0 and var room)) return null;
        if (subscription.MaxPerMinute is not { } limit) return new PlannedClaim(sender, room, subscription);
        var (available, nextAt) = MinuteBudget.Parse(subscription.Budget).Available((int)limit, now);
        if (available == 0) return WaitFor(nextAt);
        // The budget is spent when a delivery is claimed, so only deliveries that start at once are claimed.
        return Math.Min(Math.Min(room, sender.Slots), available) is > 0 and var begins
            ? new PlannedClaim(sender, begins * ReadForEach, subscription) { Begins = begins }
            : null;
    }

    private static async Task<IReadOnlyList<ClaimedDelivery>> StillHeadsAsync(
        DbTransaction transaction, IReadOnlyList<ClaimedDelivery> candidates)
    {
        var still = (await AccountHeads.StillAsync(transaction, candidates.Select(candidate => candidate.Seq))).ToHashSet();
        return [.. candidates.Where(candidate => still.Contains(candidate.Seq))];
    }

    private PlannedClaim? WaitFor(DateTimeOffset readyAt)
    {
        if (readyAt < NextAt) NextAt = readyAt;
        return null;
    }
}

/// <summary>The part of a plan for one subscription; it reads at most <see cref="Limit"/> due deliveries.</summary>
internal sealed record PlannedClaim(SubscriptionSender Sender, int Limit, DueSubscription Subscription)
{
    /// <summary>The largest number of deliveries to claim, all of which start at once; null where all that were read are claimed.</summary>
    public int? Begins { get; init; }

    public IReadOnlyList<ClaimedDelivery> Candidates { get; set; } = [];

    /// <summary>Spends the candidates from the budget, if there is one; false where another dispatcher has changed it first.</summary>
    public async Task<bool> SpendAsync(DbTransaction transaction, DateTimeOffset now)
    {
        if (Subscription.MaxPerMinute is null) return true;
        var budget = MinuteBudget.Parse(Subscription.Budget);
        budget.Take(Candidates.Count, now);
        return await SubscriptionStates.SpendAsync(transaction, Subscription.Id, Subscription.Budget, budget.ToString());
    }
}
