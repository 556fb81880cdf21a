using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>What of a subscription decides whether a message goes to it.</summary>
internal sealed record OutboxRoute(string Id, bool Enabled, IReadOnlySet<string> EventTypes, WebhookMatcher? Filter)
{
    public bool Takes(WebhookFacts facts) => EventTypes.Contains(facts.Type) && (Filter is null || Filter.Matches(facts));
}
