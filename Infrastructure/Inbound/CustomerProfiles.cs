using HealthApi.Core.Accounts;
using HealthApi.Core.Integrations;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Infrastructure.Inbound;

/// <summary>Writes what payloads tell of accounts into their profiles, and makes accounts of customers that bring their own id.</summary>
public sealed class CustomerProfiles(CustomerDirectory customers, AccountStore accounts)
{
    /// <summary>Returns what is known afterwards: the customers, with the accounts that were made.</summary>
    internal async Task<IReadOnlyDictionary<string, KnownCustomer>> TellAsync(
        Integration integration, IReadOnlyList<InboundItem> items, IReadOnlyDictionary<string, KnownCustomer> known,
        CancellationToken cancellation)
    {
        var now = known.ToDictionary(StringComparer.Ordinal);
        foreach (
            var change in items.OfType<InboundChange>()
            .Where(change => change.Customer is not null && (change.Facts is not null || change.CreatesAccount)))
        {
            var customer = now[change.Customer!];
            if (customer.AccountId is null && !change.CreatesAccount) continue;
            if (customer.AccountId is null) await CreateAsync(integration, customer.Reference, cancellation);
            var accountId = customer.AccountId ?? customer.Reference;
            if (change.Facts is { } facts) await ApplyAsync(integration, customer.Reference, accountId, facts, cancellation);
            foreach (var (name, other) in now.Where(pair => pair.Value.Reference == customer.Reference).ToList())
                now[name] = other with { AccountId = accountId };
        }

        return now;
    }

    private Task<AccountWrite> CreateAsync(Integration integration, string id, CancellationToken cancellation)
    {
        var external = new Dictionary<string, string> { [integration.Settings.AccountMapping.ExternalId] = id };
        return accounts.WriteAsync(
            id, default, before => before ?? new Account { Id = id, Name = id, ExternalIds = external }, cancellation);
    }

    /// <summary>
    /// A death between the two steps loses nothing: the sender gets no answer, tells it again, and what is told as of the same time is
    /// fresh again.
    /// </summary>
    private async Task ApplyAsync(
        Integration integration, string customer, string accountId, AccountFacts facts, CancellationToken cancellation)
    {
        var fresh = await customers.TellFactsAsync(integration, customer, facts, cancellation);
        if (fresh.Count == 0) return;
        await accounts.WriteAsync(
            accountId, default, before => before is null || facts.Only(fresh).Apply(before) is var after && ReferenceEquals(after, before)
            ? null : after, cancellation);
    }
}
