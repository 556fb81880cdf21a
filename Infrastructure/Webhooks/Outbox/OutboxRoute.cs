using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>The parts of a subscription that decide whether it takes a message.</summary>
/// <param name="Filter">The filter without the accounts that it names; null where it has no other member.</param>
/// <param name="Accounts">The accounts that the filter names; null where it names none and takes all.</param>
internal sealed record OutboxRoute(
    string Id, long Version, bool Enabled, IReadOnlySet<string> EventTypes, WebhookMatcher? Filter, WatchedAccounts? Accounts)
{
    /// <summary>Whether it takes the message, provided that its filter names the account where <see cref="IsDoubtful"/>.</summary>
    public bool Takes(WebhookFacts facts) => EventTypes.Contains(facts.Type)
        && (Accounts is null || facts.AccountId is null || Accounts.MayName(facts.AccountId))
        && (Filter is null || Filter.Matches(facts));

    /// <summary>Whether the store must tell if the filter names the account.</summary>
    public bool IsDoubtful(WebhookFacts facts) => Accounts is not null && facts.AccountId is not null;
}
