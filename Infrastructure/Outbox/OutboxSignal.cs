using HealthApi.Infrastructure.Outbox.Feed;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>Wakes the dispatcher, and the publisher of the crossing feed; set it after the commit that queued something.</summary>
public sealed class OutboxSignal(TimeProvider time, CrossingFeedSignal? feed = null) : WakeSignal(time)
{
    public override void Set()
    {
        base.Set();
        feed?.Set();
    }
}
