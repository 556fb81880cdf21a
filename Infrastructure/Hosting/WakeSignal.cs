using System.Threading.Channels;

namespace HealthApi.Infrastructure.Hosting;

/// <summary>
/// Wakes a background service of the same process when there is work for it. Work that other processes create must be polled for.
/// </summary>
public abstract class WakeSignal(TimeProvider time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Channel<bool> _set =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Wakes the service. Several calls before it wakes count as one; a call while it works makes it look again.</summary>
    public virtual void Set() => _set.Writer.TryWrite(true);

    /// <summary>Waits until the signal is set, at most for the given time.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellation) => WaitAsync(time.GetUtcNow() + atMost, cancellation);

    /// <summary>Waits until the signal is set, at most until the instant and at most a day.</summary>
    public async Task WaitAsync(DateTimeOffset until, CancellationToken cancellation)
    {
        var wait = until - time.GetUtcNow();
        if (wait <= TimeSpan.Zero) return;
        using var deadline = new CancellationTokenSource(wait < LongestWait ? wait : LongestWait, time);
        // A simulated clock that was moved before the timer was created does not trigger the timer.
        if (time.GetUtcNow() >= until) return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            await _set.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The time is over; the caller checks for work itself.
        }
    }
}
