using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Sending;
using Polly;
using Polly.Timeout;

namespace HealthApi.Infrastructure.Webhooks.Dispatch;

/// <summary>
/// Sends to one subscription, with its own queue, concurrency window and circuit, so that a failing receiver does not affect the others.
/// Messages of one account are sent one after the other. Concurrency grows with success and shrinks with failure, so a receiver that is
/// down occupies at most one connection. Ten failures in a row open the circuit; after half a minute one message probes, and a success
/// closes it.
/// </summary>
internal sealed class SubscriptionSender
{
    private const int FailuresToOpen = 10;

    /// <summary>
    /// How long the circuit stays open, and how long the sender itself obeys <c>Retry-After</c>; by then the pause is in the store.
    /// </summary>
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(30), UntilWritten = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly SenderContext _context;
    private readonly ResiliencePipeline<DeliveryAttempt> _pipeline;
    private readonly AccountQueues _queues = new();
    private readonly HashSet<long> _claimed = [];
    private readonly ConcurrencyWindow _window = new();
    private RestPeriod? _rest;
    private int _depth;
    private int _inFlight;
    private int _failuresInRow;

    public SubscriptionSender(string id, SenderContext context)
    {
        (Id, _context) = (id, context);
        _pipeline = new ResiliencePipelineBuilder<DeliveryAttempt> { TimeProvider = context.Time }.AddTimeout(context.Timeout).Build();
    }

    public string Id { get; }

    /// <summary>The URL and the secrets; null where nothing can be sent.</summary>
    public SenderTarget? Target { get; private set; }

    /// <summary>When the receiver may be tried again, while the circuit is open or the receiver has asked for a pause.</summary>
    public DateTimeOffset RestsUntil => RestLeft is { } left && left > TimeSpan.Zero ? _context.Time.GetUtcNow() + left : default;

    /// <summary>Measured with the monotonic timer, since the clock may be set back meanwhile.</summary>
    private TimeSpan? RestLeft => _rest is { } rest ? rest.Duration - _context.Time.GetElapsedTime(rest.Since) : null;

    /// <summary>Whether no delivery is queued, in flight or waiting for its result to be written.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock) return _claimed.Count == 0;
        }
    }

    public int InFlight
    {
        get
        {
            lock (_lock) return _inFlight;
        }
    }

    /// <summary>Whether so many deliveries are left to send that results can wait, to be written together with more of them.</summary>
    public bool HasPlenty
    {
        get
        {
            lock (_lock) return !_window.IsSlow && _queues.Count > _depth / 2;
        }
    }

    /// <summary>How many more deliveries it can take, where it may hold <paramref name="most"/> in all.</summary>
    public int Room(int most)
    {
        lock (_lock)
        {
            _depth = Math.Min(most, _window.Depth);
            return Math.Max(0, _depth - _claimed.Count);
        }
    }

    /// <summary>How many more deliveries it would start at once.</summary>
    public int Slots
    {
        get
        {
            lock (_lock) return Math.Max(0, _window.InFlight - _claimed.Count);
        }
    }

    /// <summary>
    /// The due deliveries that it would start at once, in their order: one of each account, and none of an account that has one queued or
    /// in flight.
    /// </summary>
    public IReadOnlyList<ClaimedDelivery> Startable(IReadOnlyList<ClaimedDelivery> due, int most)
    {
        lock (_lock) return [.. due.Where(_queues.IsFree).DistinctBy(AccountQueues.Key).Take(most)];
    }

    /// <summary>Queues claimed deliveries and starts to send; returns them where a pause has begun since they were chosen.</summary>
    public void Enqueue(IEnumerable<ClaimedDelivery> claimed)
    {
        lock (_lock)
            foreach (var delivery in claimed.Where(delivery => _claimed.Add(delivery.Seq))) _queues.Add(delivery);

        if (_context.Time.GetUtcNow() < RestsUntil) DropUnsent();
        else Pump();
    }

    /// <summary>Applies a change of the subscription. A new URL starts without failures or pauses.</summary>
    public void Retarget(SenderTarget? target)
    {
        lock (_lock)
        {
            if (Target?.Url != target?.Url) (_rest, _failuresInRow) = (null, 0);
            Target = target;
        }
    }

    /// <summary>Starts as many deliveries as may be in flight.</summary>
    public void Pump()
    {
        while (TakeNext() is { } delivery) _ = SendAsync(delivery);
    }

    /// <summary>Removes a delivery whose result is written, or that is no longer claimed by this process.</summary>
    public void Forget(long seq)
    {
        lock (_lock) _claimed.Remove(seq);
    }

    /// <summary>Returns all queued deliveries; those in flight continue.</summary>
    public void DropUnsent()
    {
        IReadOnlyList<ClaimedDelivery> unsent;
        lock (_lock)
        {
            unsent = _queues.Drain();
            foreach (var delivery in unsent) _claimed.Remove(delivery.Seq);
        }

        if (unsent.Count > 0) _context.Returned(unsent);
    }

    /// <summary>
    /// Takes the next delivery to send. Returns those that have waited so long that their lease could end while they are in flight.
    /// </summary>
    private ClaimedDelivery? TakeNext()
    {
        lock (_lock)
        {
            if (_inFlight >= _window.InFlight || _context.Time.GetUtcNow() < RestsUntil) return null;
            var latestStart = _context.Time.GetUtcNow() + _context.Timeout;
            while (_queues.TryBegin(out var delivery))
            {
                if (delivery.LeaseUntil >= latestStart)
                {
                    _inFlight++;
                    return delivery;
                }

                _queues.End(delivery);
                _claimed.Remove(delivery.Seq);
                _context.Returned([delivery]);
            }

            return null;
        }
    }

    private async Task SendAsync(ClaimedDelivery delivery)
    {
        var attempt = await AttemptAsync(delivery);
        lock (_lock)
        {
            _inFlight--;
            _queues.End(delivery);
            if (attempt is null) _claimed.Remove(delivery.Seq);
            else Learn(attempt);
        }

        if (_context.Time.GetUtcNow() < RestsUntil) DropUnsent();
        if (attempt is null) _context.Returned([delivery]);
        else _context.Ended(this, delivery, attempt);
        Pump();
    }

    /// <summary>
    /// Null where the service is stopping. Every other failure is an attempt: the HTTP client cancels by itself when connecting takes too
    /// long.
    /// </summary>
    private async Task<DeliveryAttempt?> AttemptAsync(ClaimedDelivery delivery)
    {
        var (at, began) = (_context.Time.GetUtcNow(), _context.Time.GetTimestamp());
        try
        {
            var target = Target!;
            return await _pipeline.ExecuteAsync(
                token => new ValueTask<DeliveryAttempt>(_context.Sender.SendAsync(target.Request(delivery, at), token)), _context.Stopping);
        }
        catch (OperationCanceledException) when (_context.Stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure)
        {
            // Whatever the failure is, the delivery must not stay with this sender for ever.
            var fault = failure is TimeoutRejectedException or OperationCanceledException ? DeliveryFault.Timeout : DeliveryFault.Protocol;
            return new DeliveryAttempt(at, _context.Time.GetElapsedTime(began), null, fault, null, null);
        }
    }

    private void Learn(DeliveryAttempt attempt)
    {
        _window.Adapt(attempt);
        _failuresInRow = attempt.Outcome == DeliveryOutcome.Delivered ? 0 : _failuresInRow + 1;
        if (attempt is { Outcome: DeliveryOutcome.Throttled, RetryAfter: { } asked }) Rest(asked < UntilWritten ? asked : UntilWritten);
        if (_failuresInRow < FailuresToOpen) return;
        Rest(Break);
        _window.Close();
    }

    private void Rest(TimeSpan duration)
    {
        if (RestLeft is not { } left || duration > left) _rest = new RestPeriod(_context.Time.GetTimestamp(), duration);
    }

    private sealed record RestPeriod(long Since, TimeSpan Duration);
}
