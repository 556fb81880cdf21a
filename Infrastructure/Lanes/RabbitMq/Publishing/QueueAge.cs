namespace HealthApi.Infrastructure.Lanes.RabbitMq.Publishing;

/// <summary>
/// Estimates, from the length of a queue alone, how long its oldest message has waited at most. The queue is first in, first out: the
/// messages that it held at a mark are gone once as many messages have left it. Where other processes publish too, more messages have left
/// than this counts, and the estimated age is too high. The estimate starts when the queue is first seen not to be empty.
/// </summary>
internal sealed class QueueAge
{
    private DateTimeOffset _mark;
    private long _depth, _published, _remaining;

    /// <summary>No waiting message is older than this instant, as far as was observed; null where nothing waits.</summary>
    public DateTimeOffset? Oldest { get; private set; }

    /// <param name="now">When the queue was looked at.</param>
    /// <param name="depth">The number of messages in the queue.</param>
    /// <param name="published">The number of messages that this process had published to it by then.</param>
    public void Observe(DateTimeOffset now, long depth, long published)
    {
        if (depth == 0 || Oldest is null)
        {
            Oldest = depth == 0 ? null : now;
            (_mark, _remaining) = (now, depth);
        }
        else if ((_remaining -= Math.Max(0, _depth + (published - _published) - depth)) <= 0)
        {
            Oldest = _mark;
            (_mark, _remaining) = (now, depth);
        }

        (_depth, _published) = (depth, published);
    }
}
