using HealthApi.Core.Accounts;
using HealthApi.Core.Integrations;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Infrastructure.Inbound;

/// <summary>
/// Writes the facts that payloads state about customers into the profiles of their accounts, and creates accounts where a payload asks for
/// it.
/// </summary>
public sealed class CustomerProfiles(CustomerDirectory customers, AccountStore accounts)
{
    /// <summary>Applies the facts and creates the accounts.</summary>
    /// <returns>The known customers, including those whose account was created.</returns>
    internal async Task<IReadOnlyDictionary<string, KnownCustomer>> ApplyAsync(
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

    private Task<Write<StoredAccount>> CreateAsync(Integration integration, string id, CancellationToken cancellation)
    {
        var external = new Dictionary<string, string> { [integration.Settings.AccountMapping.ExternalId] = id };
        return accounts.WriteAsync(
            id, default, before => before ?? new Account { Id = id, Name = id, ExternalIds = external }, cancellation);
    }

    /// <summary>
    /// If the process dies between the two steps, nothing is lost: the sender gets no answer and sends the payload again, and facts with
    /// the same time count as fresh again.
    /// </summary>
    private async Task ApplyAsync(
        Integration integration, string customer, string accountId, AccountFacts facts, CancellationToken cancellation)
    {
        var fresh = await customers.RecordFactsAsync(integration, customer, facts, cancellation);
        if (fresh.Count == 0) return;
        await accounts.WriteAsync(
            accountId, default, before => before is null || facts.Only(fresh).Apply(before) is var after && ReferenceEquals(after, before)
            ? null : after, cancellation);
    }
}
