namespace HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>Writes to the store; throws where the store takes no writes.</summary>
internal delegate Task StoreProbe(CancellationToken cancellation);

/// <summary>
/// An outage of the store that lasts longer than a worker may hold messages. If messages were handed back while the consumers run, the
/// broker would deliver them again at once, until its delivery limit parks them. So a lane reports that it gives up, and hands its messages
/// back once the consumers have stopped.
/// </summary>
internal sealed class StoreOutage
{
    private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a lane has given up waiting for the store.</summary>
    public Task GivenUp => _givenUp.Task;

    /// <summary>Whether the consumers have stopped, so that messages still held must be handed back.</summary>
    public bool IsStopped => _stopped.Task.IsCompleted;

    /// <summary>Reports that a lane gives up; completes when messages may be handed back.</summary>
    public Task GiveUpAsync(CancellationToken stopping)
    {
        _givenUp.TrySetResult();
        return _stopped.Task.WaitAsync(stopping);
    }

    public void Stopped() => _stopped.TrySetResult();
}
