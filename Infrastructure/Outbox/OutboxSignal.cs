using System.Threading.Channels;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>Wakes the dispatcher of the same process at once; set it after the commit that queued something. Other processes poll.</summary>
public sealed class OutboxSignal(TimeProvider time)
{
    private readonly Channel<bool> _queued =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _queued.Writer.TryWrite(true);

    /// <summary>Waits until it is set, or the time is over.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(atMost, time);
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
