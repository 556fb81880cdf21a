using MassTransit;

namespace HealthApi.Infrastructure.Lanes.RabbitMq;

/// <summary>
/// Knows when the consumers of a bus will not come back by themselves: one has ended, or one is missing and for <see cref="Patience"/> nothing was heard of
/// any. MassTransit waits for ever where the connection breaks at the moment at which it sets a queue up; while the broker is away all its loops tell of their attempts.
/// </summary>
internal sealed class ConsumerWatch(int consumers, TimeProvider time) : IReceiveEndpointObserver, IExceptionFilter
{
    /// <summary>Many times what a failing attempt to connect takes (5 s), and an answer of a busy broker.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly HashSet<Uri> _ready = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _heardAt = time.GetTimestamp();

    /// <summary>Whether a consumer is missing and nothing is done about it.</summary>
    public bool IsStuck
    {
        get
        {
            lock (_lock) return _ready.Count < consumers && time.GetElapsedTime(_heardAt) >= Patience;
        }
    }

    /// <summary>A consumer's loop has ended by itself.</summary>
    public void Ended() => _ended.TrySetResult();

    /// <summary>Ends when the consumers need a bus anew, or the token is cancelled.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested && !_ended.Task.IsCompleted && !IsStuck)
            await Task.WhenAny(_ended.Task, Task.Delay(LookEvery, time, cancellation));
    }

    public Task Ready(ReceiveEndpointReady ready) => Hear(() => _ready.Add(ready.InputAddress));

    public Task Faulted(ReceiveEndpointFaulted faulted) => Hear(() => _ready.Remove(faulted.InputAddress));

    public Task Completed(ReceiveEndpointCompleted completed) => Hear(() => _ready.Remove(completed.InputAddress));

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    /// <summary>Asked about every failed attempt of a consumer to come back: all are tried again.</summary>
    public bool Match(Exception exception)
    {
        Hear(() => true);
        return true;
    }

    public void Probe(ProbeContext context) => context.Add("consumers", consumers);

    private Task Hear(Func<bool> change)
    {
        lock (_lock)
        {
            change();
            _heardAt = time.GetTimestamp();
        }

        return Task.CompletedTask;
    }
}
