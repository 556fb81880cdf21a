namespace HealthApi.Infrastructure.Lanes.RabbitMq.Publishing;

/// <summary>
/// How long a queue's oldest message has waited at most, told from the queue's length alone: what stood there at a mark is gone once as
/// many have left as stood there, since a queue gives out the first first. Where others publish too, more have left than is counted, and
/// the age is told too high. It begins when the queue is first seen not to be empty.
/// </summary>
internal sealed class QueueAge
{
    private DateTimeOffset _mark;
    private long _depth, _published, _standing;

    /// <summary>Nothing that waits was there before this instant, as far as was seen; null where nothing waits.</summary>
    public DateTimeOffset? Oldest { get; private set; }

    /// <param name="now">When the queue was looked at.</param>
    /// <param name="depth">Messages that it held.</param>
    /// <param name="published">Messages that this process had published to it by then.</param>
    public void Observe(DateTimeOffset now, long depth, long published)
    {
        if (depth == 0 || Oldest is null)
        {
            Oldest = depth == 0 ? null : now;
            (_mark, _standing) = (now, depth);
        }
        else if ((_standing -= Math.Max(0, _depth + (published - _published) - depth)) <= 0)
        {
            Oldest = _mark;
            (_mark, _standing) = (now, depth);
        }

        (_depth, _published) = (depth, published);
    }
}
