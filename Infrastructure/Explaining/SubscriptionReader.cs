using HealthApi.Core.History;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Explaining;

/// <summary>Reads the subscriptions of an account: the current ones from the stored figures, past ones from the event log.</summary>
public sealed class SubscriptionReader(IDatabase database, AccountLog log, AccountStore accounts)
{
    /// <summary>
    /// The subscriptions at an instant (null: now); null where there is no such account. A subscription without a currency gets that of the
    /// account's profile at the instant.
    /// </summary>
    public async Task<IReadOnlyList<AccountSubscription>?> ReadAsync(string accountId, DateTimeOffset? at, CancellationToken cancellation)
    {
        if (await accounts.LoadStateAsync(accountId, cancellation) is not { } state) return null;
        var present = state.Stored.Account;
        if (at is not { } instant) return In(present.Currency, state.Figures.SubscriptionsAt(state.AsOf));
        var past = await database.ReadAsync(connection => AccountPasts.LoadAsync(connection, null, present), cancellation);
        var travel = await log.FoldAsync(
            accountId, FoldStart.At(instant), instant + LoggedEvents.Ahead, baseline => new SubscriptionTravel(baseline, instant),
            cancellation);
        return In(past.ProfileAt(instant).Currency, travel.Subscriptions);
    }

    private static List<AccountSubscription> In(string currency, IEnumerable<AccountSubscription> subscriptions) =>
        [.. subscriptions.Select(one => one with { Currency = one.Currency ?? currency })];
}
