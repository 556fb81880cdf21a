using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Sending;

namespace HealthApi.Infrastructure.Webhooks.Dispatch;

/// <summary>
/// How many deliveries of a subscription sender may be in flight at once, and how many it holds in memory, so that the dispatcher need not
/// claim them one by one. Both numbers grow with success and shrink with failure: for a receiver that times out the sender holds one
/// delivery, for one that answers within milliseconds as many as it sends in a third of a second.
/// </summary>
internal sealed class ConcurrencyWindow
{
    /// <summary>The largest number in flight at once, for a receiver that answers quickly.</summary>
    public const int Widest = 64;

    private const int First = 4, Wide = 32, LeastAhead = 8, MostAhead = 32;

    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(50), Slow = TimeSpan.FromSeconds(1),
        WorkAhead = TimeSpan.FromMilliseconds(300);

    private int _ahead = LeastAhead;

    public int InFlight { get; private set; } = First;

    /// <summary>How many deliveries it may hold, including those in flight; only those in flight where the receiver is slow.</summary>
    public int Depth => InFlight * _ahead;

    public bool IsSlow => _ahead == 1;

    public void Adapt(DeliveryAttempt attempt)
    {
        _ahead = attempt.Duration > Slow ? 1 : (int)Math.Clamp(WorkAhead / attempt.Duration, LeastAhead, MostAhead);
        var widest = attempt.Duration < Quick ? Widest : Wide;
        InFlight = attempt.Outcome == DeliveryOutcome.Delivered ? Math.Min(widest, InFlight + 1) : Math.Max(1, InFlight / 2);
    }

    /// <summary>Allows one delivery at a time, until one succeeds.</summary>
    public void Close() => InFlight = 1;
}
