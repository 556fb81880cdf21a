using System.Threading.Channels;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>Wakes the dispatcher of the same process at once; set it after the commit that queued something. Other processes poll.</summary>
public sealed class OutboxSignal(TimeProvider time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Channel<bool> _queued =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _queued.Writer.TryWrite(true);

    /// <summary>Waits until it is set, or the instant has come.</summary>
    public async Task WaitAsync(DateTimeOffset until, CancellationToken cancellation)
    {
        var wait = until - time.GetUtcNow();
        if (wait <= TimeSpan.Zero) return;
        using var deadline = new CancellationTokenSource(wait < LongestWait ? wait : LongestWait, time);
        // A clock that was moved before the timer stood would not set it off.
        if (time.GetUtcNow() >= until) return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            await _queued.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The time is over: something may be due.
        }
    }
}
