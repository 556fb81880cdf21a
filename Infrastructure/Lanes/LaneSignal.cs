using System.Threading.Channels;

namespace HealthApi.Infrastructure.Lanes;

/// <summary>Wakes the worker of the same process at once when something was appended; other processes poll.</summary>
public sealed class LaneSignal(TimeProvider time)
{
    private readonly Channel<bool> _appended =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _appended.Writer.TryWrite(true);

    /// <summary>Waits until something was appended or the time is over.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(atMost, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            await _appended.Reader.ReadAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The time is over: the caller polls.
        }
    }
}
