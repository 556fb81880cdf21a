using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Infrastructure.Webhooks.Feed;

/// <summary>Wakes the publisher of the crossing feed; the outbox sets it too.</summary>
public sealed class CrossingFeedSignal(TimeProvider time) : WakeSignal(time);
