using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Webhooks.Outbox;

namespace HealthApi.Infrastructure.Webhooks.Feed;

/// <summary>Wakes the publisher of the crossing feed; <see cref="OutboxSignal"/> sets it too.</summary>
public sealed class CrossingFeedSignal(TimeProvider time) : WakeSignal(time);
