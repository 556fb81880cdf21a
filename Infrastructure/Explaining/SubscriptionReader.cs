using HealthApi.Core.History;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Explaining;

/// <summary>Reads the subscriptions of an account: for now from the folded figures, for the past from the event log.</summary>
public sealed class SubscriptionReader(AccountLog log, AccountStore accounts)
{
    /// <summary>The subscriptions at an instant (null: now), each with its currency; null where there is no such account.</summary>
    public async Task<IReadOnlyList<AccountSubscription>?> ReadAsync(string accountId, DateTimeOffset? at, CancellationToken cancellation)
    {
        if (await accounts.LoadStateAsync(accountId, cancellation) is not { } state) return null;
        var found = at is { } past
            ? (await log.FoldAsync(accountId, past + LoggedEvents.Ahead, baseline => new SubscriptionTravel(baseline, past), cancellation)).Subscriptions
            : state.Figures.SubscriptionsAt(state.AsOf);
        return [.. found.Select(one => one with { Currency = one.Currency ?? state.Stored.Account.Currency })];
    }
}
