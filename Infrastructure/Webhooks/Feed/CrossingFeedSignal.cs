using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Infrastructure.Webhooks.Feed;

/// <summary>Wakes the publisher of the crossing feed; <c>OutboxSignal</c> sets it too.</summary>
public sealed class CrossingFeedSignal(TimeProvider time) : WakeSignal(time);
