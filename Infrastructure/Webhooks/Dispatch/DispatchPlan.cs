using System.Data.Common;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Subscriptions;

namespace HealthApi.Infrastructure.Webhooks.Dispatch;

/// <summary>What a turn means to claim, and when more is ready.</summary>
internal sealed class DispatchPlan
{
    /// <summary>
    /// How many claimed deliveries may lie in memory, over all lanes: 160 MB of the largest messages, 10 MB of usual ones.
    /// </summary>
    private const int MostHeld = 8192;

    /// <summary>How many due deliveries are looked at for each that begins: those of an account go one after the other.</summary>
    private const int LookedAtForEach = 8;

    private readonly List<PlannedClaim> _shares = [];

    private DispatchPlan(DateTimeOffset nextAt) => NextAt = nextAt;

    /// <summary>When the next delivery is ready of those that are not ready now.</summary>
    public DateTimeOffset NextAt { get; private set; }

    public bool IsEmpty => _shares.Count == 0;

    /// <summary>
    /// Looks for what is ready and has room in its lane and its budget; the next look is at <paramref name="latest"/> at the latest.
    /// </summary>
    public static DispatchPlan Make(
        SubscriptionSenders lanes, IReadOnlyList<DueSubscription> due, DateTimeOffset now, DateTimeOffset latest)
    {
        var plan = new DispatchPlan(latest);
        var most = Math.Max(1, MostHeld / Math.Max(1, due.Count(subscription => subscription.ReadyAt <= now)));
        foreach (var subscription in due)
            if (plan.Share(subscription, lanes.Find(subscription.Id), most, now) is { } share)
                plan._shares.Add(share);
        return plan;
    }

    /// <summary>Chooses what is to be claimed of those in strict order; one of which nothing can begin has no part in the plan.</summary>
    public async Task ChooseAsync(OutboxQueue queue, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var share in _shares.Where(share => share.Subscription.StrictOrder))
        {
            (share.Candidates, var nextAt) = await queue.HeadsAsync(share.Subscription.Id, now, share.Limit, cancellation);
            if (nextAt is { } later) WaitFor(later);
        }

        _shares.RemoveAll(share => share.Subscription.StrictOrder && share.Candidates.Count == 0);
    }

    /// <summary>Claims what is still due; the sequence numbers of what is ours now.</summary>
    public async Task<IReadOnlySet<long>> ClaimAsync(
        DbTransaction transaction, OutboxQueue queue, DateTimeOffset now, DateTimeOffset leaseUntil)
    {
        var seqs = new List<long>();
        foreach (var share in _shares)
        {
            var due = share.Subscription.StrictOrder
                ? await StillHeadsAsync(transaction, share.Candidates)
                : await queue.CandidatesAsync(transaction, share.Subscription.Id, now, share.Limit);
            share.Candidates = share.Begins is { } most ? share.Lane.Startable(due, most) : due;
            if (share.Candidates.Count > 0 && await share.SpendAsync(transaction, now))
                seqs.AddRange(share.Candidates.Select(delivery => delivery.Seq));
        }

        return seqs.Count == 0 ? new HashSet<long>() : await queue.ClaimAsync(transaction, seqs, now, leaseUntil);
    }

    /// <summary>Hands the claimed deliveries to their lanes.</summary>
    public void Enqueue(IReadOnlySet<long> claimed, DateTimeOffset leaseUntil)
    {
        foreach (var share in _shares)
            share.Lane.Enqueue(
                share.Candidates.Where(delivery => claimed.Contains(delivery.Seq))
                .Select(delivery => delivery with { LeaseUntil = leaseUntil }));
    }

    private PlannedClaim? Share(DueSubscription subscription, SubscriptionSender? lane, int most, DateTimeOffset now)
    {
        var readyAt = lane is not null && lane.RestsUntil > subscription.ReadyAt ? lane.RestsUntil : subscription.ReadyAt;
        if (readyAt > now) return WaitFor(readyAt);
        if (lane is null || lane.Room(most) is not (> 0 and var room)) return null;
        if (subscription.MaxPerMinute is not { } limit) return new PlannedClaim(lane, room, subscription);
        var (available, nextAt) = MinuteBudget.Parse(subscription.Budget).Available((int)limit, now);
        if (available == 0) return WaitFor(nextAt);
        // The budget is spent when a delivery is claimed, so only what begins at once is.
        return Math.Min(Math.Min(room, lane.Slots), available) is > 0 and var begins
            ? new PlannedClaim(lane, begins * LookedAtForEach, subscription) { Begins = begins }
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

/// <summary>The part of a plan that goes to one subscription: it reads <see cref="Limit"/> due deliveries at most.</summary>
internal sealed record PlannedClaim(SubscriptionSender Lane, int Limit, DueSubscription Subscription)
{
    /// <summary>How many it claims at most of those that begin at once; null where it claims all it reads.</summary>
    public int? Begins { get; init; }

    public IReadOnlyList<ClaimedDelivery> Candidates { get; set; } = [];

    /// <summary>Takes the candidates from the budget, where there is one; false where another dispatcher was faster.</summary>
    public async Task<bool> SpendAsync(DbTransaction transaction, DateTimeOffset now)
    {
        if (Subscription.MaxPerMinute is null) return true;
        var budget = MinuteBudget.Parse(Subscription.Budget);
        budget.Take(Candidates.Count, now);
        return await SubscriptionStates.SpendAsync(transaction, Subscription.Id, Subscription.Budget, budget.ToString());
    }
}
