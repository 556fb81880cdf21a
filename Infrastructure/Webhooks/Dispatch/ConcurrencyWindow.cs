using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Sending;

namespace HealthApi.Infrastructure.Webhooks.Dispatch;

/// <summary>
/// How many deliveries of a lane may be under way at once, and how many it holds in all, so that the dispatcher need not come for each one.
/// Both grow with success and shrink with failure: an endpoint that is down holds one, one that answers within milliseconds what it takes
/// in a third of a second.
/// </summary>
internal sealed class ConcurrencyWindow
{
    /// <summary>The most that are ever under way at once, at an endpoint that is quick to answer.</summary>
    public const int Widest = 64;

    private const int First = 4, Wide = 32, LeastAhead = 8, MostAhead = 32;

    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(50), Slow = TimeSpan.FromSeconds(1),
        HeldFor = TimeSpan.FromMilliseconds(300);

    private int _ahead = LeastAhead;

    public int InFlight { get; private set; } = First;

    /// <summary>How many it may hold, those under way among them; as many as are under way where the endpoint is slow.</summary>
    public int Depth => InFlight * _ahead;

    public bool IsSlow => _ahead == 1;

    public void Adapt(DeliveryAttempt attempt)
    {
        _ahead = attempt.Duration > Slow ? 1 : (int)Math.Clamp(HeldFor / attempt.Duration, LeastAhead, MostAhead);
        var widest = attempt.Duration < Quick ? Widest : Wide;
        InFlight = attempt.Outcome == DeliveryOutcome.Delivered ? Math.Min(widest, InFlight + 1) : Math.Max(1, InFlight / 2);
    }

    /// <summary>One at a time from now on, until that succeeds.</summary>
    public void Close() => InFlight = 1;
}
