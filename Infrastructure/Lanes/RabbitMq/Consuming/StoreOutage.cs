namespace HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>Succeeds when the store takes a write, and throws where it does not.</summary>
internal delegate Task StoreProbe(CancellationToken cancellation);

/// <summary>
/// An outage of the store that lasts longer than messages can be kept in hand. Handing them back while the consumers run would have the
/// broker deliver them at once, again and again, until its limit of deliveries parks them; so the lanes say that they give up, and hand
/// back once the consumers have stopped.
/// </summary>
internal sealed class StoreOutage
{
    private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when a lane has given up waiting with its messages in hand.</summary>
    public Task GivenUp => _givenUp.Task;

    /// <summary>The consumers have stopped: what is still in hand is to be handed back.</summary>
    public bool IsStopped => _stopped.Task.IsCompleted;

    /// <summary>Gives up; ends when messages may be handed back.</summary>
    public Task GiveUpAsync(CancellationToken stopping)
    {
        _givenUp.TrySetResult();
        return _stopped.Task.WaitAsync(stopping);
    }

    public void Stopped() => _stopped.TrySetResult();
}
