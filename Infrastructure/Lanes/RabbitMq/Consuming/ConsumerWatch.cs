using MassTransit;
using RabbitMQ.Client.Exceptions;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>
/// Knows when the consumers of a bus will not come back by themselves: one is missing, and for <see cref="Patience"/> nothing was heard of
/// any. A link that breaks at a bad moment can leave MassTransit waiting for ever, or trying for ever on a connection that is closed; while
/// the broker is away all its loops tell of their attempts to connect.
/// </summary>
internal sealed class ConsumerWatch(int consumers, TimeProvider time) : IReceiveEndpointObserver
{
    /// <summary>Many times what a failing attempt to connect takes (5 s), and an answer of a busy broker.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly HashSet<Uri> _ready = [];
    private long _heardAt = time.GetTimestamp();

    /// <summary>Whether a consumer is missing and nothing is done about it.</summary>
    public bool IsStuck
    {
        get
        {
            lock (_lock) return _ready.Count < consumers && time.GetElapsedTime(_heardAt) >= Patience;
        }
    }

    /// <summary>Ends when the consumers need a bus anew, or the token is cancelled.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <param name="needed">Another reason to start them anew.</param>
    public async Task WaitAsync(CancellationToken cancellation, Func<bool>? needed = null)
    {
        while (!cancellation.IsCancellationRequested && !IsStuck && needed?.Invoke() != true)
            await Task.Delay(LookEvery, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task Ready(ReceiveEndpointReady ready) => Hear(() => _ready.Add(ready.InputAddress));

    /// <summary>
    /// Told of every failed attempt of a consumer to come back. One on a closed connection is no sign of life, unless one on a new
    /// connection follows.
    /// </summary>
    public Task Faulted(ReceiveEndpointFaulted faulted) =>
        Hear(() => _ready.Remove(faulted.InputAddress), isAlive: !IsOfClosedConnection(faulted.Exception));

    public Task Completed(ReceiveEndpointCompleted completed) => Hear(() => _ready.Remove(completed.InputAddress));

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    private static bool IsOfClosedConnection(Exception? failure) =>
        failure is AlreadyClosedException || (failure is not null && IsOfClosedConnection(failure.InnerException));

    private Task Hear(Func<bool> change, bool isAlive = true)
    {
        lock (_lock)
        {
            change();
            if (isAlive) _heardAt = time.GetTimestamp();
        }

        return Task.CompletedTask;
    }
}
