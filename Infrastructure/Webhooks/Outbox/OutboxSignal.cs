using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Webhooks.Feed;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>Wakes the dispatcher and the publisher of the crossing feed; set it after the commit that queued something.</summary>
public sealed class OutboxSignal(TimeProvider time, CrossingFeedSignal? feed = null) : WakeSignal(time)
{
    public override void Set()
    {
        base.Set();
        feed?.Set();
    }
}
