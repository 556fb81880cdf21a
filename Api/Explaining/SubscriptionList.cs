using HealthApi.Core.Signals;

namespace HealthApi.Api.Explaining;

/// <summary>The subscriptions of an account.</summary>
internal sealed record SubscriptionList(IReadOnlyList<AccountSubscription> Data);
