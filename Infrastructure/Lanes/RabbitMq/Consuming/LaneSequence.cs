namespace HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>
/// Restores the order in which the broker sent the deliveries: the client delivers them on many threads, which overtake each other.
/// </summary>
internal sealed class LaneSequence
{
    private readonly PriorityQueue<LaneDelivery, ulong> _waiting = new();
    private readonly Queue<LaneDelivery> _ready = new();
    private object? _channel;
    private ulong _next = 1;

    /// <summary>Whether a delivery waits for an earlier one that has not arrived.</summary>
    public bool HasGap => _waiting.Count > 0;

    public bool HasReady => _ready.Count > 0;

    public void Add(LaneDelivery delivery)
    {
        if (!ReferenceEquals(delivery.Channel, _channel)) Begin(delivery.Channel);
        _waiting.Enqueue(delivery, delivery.Tag);
        Release(skipGaps: false);
    }

    /// <summary>
    /// Stops waiting for missing deliveries: they do not arrive here (they belong to another consumer, or the channel is closing).
    /// </summary>
    public void SkipGap() => Release(skipGaps: true);

    /// <summary>Takes the next deliveries, up to about <paramref name="maxEvents"/> events, at least one if any is ready.</summary>
    public List<LaneDelivery> Take(int maxEvents)
    {
        var taken = new List<LaneDelivery>();
        var events = 0;
        while (_ready.TryPeek(out var delivery) && (taken.Count == 0 || events + delivery.Events <= maxEvents))
        {
            taken.Add(_ready.Dequeue());
            events += delivery.Events;
        }

        return taken;
    }

    private void Begin(object channel)
    {
        Release(skipGaps: true);
        (_channel, _next) = (channel, 1);
    }

    private void Release(bool skipGaps)
    {
        while (_waiting.TryPeek(out var delivery, out var tag) && (skipGaps || tag <= _next))
        {
            _waiting.Dequeue();
            _ready.Enqueue(delivery);
            _next = tag + 1;
        }
    }
}
