using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>The parts of a subscription that decide whether it takes a message.</summary>
internal sealed record OutboxRoute(string Id, bool Enabled, IReadOnlySet<string> EventTypes, WebhookMatcher? Filter)
{
    public bool Takes(WebhookFacts facts) => EventTypes.Contains(facts.Type) && (Filter is null || Filter.Matches(facts));
}
