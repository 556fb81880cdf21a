using MassTransit;
using RabbitMQ.Client.Exceptions;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>
/// Detects consumers of a bus that will not come back by themselves: one is missing, and for <see cref="Patience"/> none has given a sign
/// of life. A link that breaks at a bad moment can leave MassTransit waiting for ever, or retrying for ever on a closed connection. While
/// the broker is unavailable, in contrast, the consumers keep reporting their attempts to connect.
/// </summary>
internal sealed class ConsumerWatch(int consumers, TimeProvider time) : IReceiveEndpointObserver
{
    /// <summary>
    /// Three times a failing attempt to connect (5 s). Consumers that are restarted too early lose nothing: their messages are delivered
    /// again.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly HashSet<Uri> _ready = [];
    private long _heardAt = time.GetTimestamp();

    /// <summary>Whether a consumer is missing and none has given a sign of life for <see cref="Patience"/>.</summary>
    public bool IsStuck
    {
        get
        {
            lock (_lock) return _ready.Count < consumers && time.GetElapsedTime(_heardAt) >= Patience;
        }
    }

    /// <summary>Completes when the consumers need a new bus, or the token is cancelled.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="needed">Another reason to restart the consumers.</param>
    public async Task WaitAsync(CancellationToken cancellation, Func<bool>? needed = null)
    {
        while (!cancellation.IsCancellationRequested && !IsStuck && needed?.Invoke() != true)
            await Task.Delay(LookEvery, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task Ready(ReceiveEndpointReady ready) => Hear(() => _ready.Add(ready.InputAddress));

    /// <summary>
    /// Called after every failed attempt of a consumer to connect. A failure on a closed connection is not a sign of life; a failure on a
    /// new connection is one.
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
