using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Sending;
using Polly;
using Polly.Timeout;

namespace HealthApi.Infrastructure.Webhooks.Dispatch;

/// <summary>
/// The way to one subscription: its own queue, its own share of concurrency, its own circuit, so that what happens to one endpoint costs
/// the others nothing. Messages of one account go one after the other. Concurrency grows with success and shrinks with failure, so an
/// endpoint that is down holds one connection at most. Ten failures in a row open the circuit; after half a minute one message probes, and
/// a success closes it.
/// </summary>
internal sealed class SubscriptionSender
{
    private const int FailuresToOpen = 10;

    /// <summary>
    /// How long the circuit stays open, and how long a lane obeys <c>Retry-After</c> by itself: by then the store has it.
    /// </summary>
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(30), UntilWritten = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly SenderContext _parts;
    private readonly ResiliencePipeline<DeliveryAttempt> _pipeline;
    private readonly AccountQueues _queues = new();
    private readonly HashSet<long> _held = [];
    private readonly ConcurrencyWindow _window = new();
    private RestPeriod? _rest;
    private int _depth;
    private int _inFlight;
    private int _failuresInRow;

    public SubscriptionSender(string id, SenderContext parts)
    {
        (Id, _parts) = (id, parts);
        _pipeline = new ResiliencePipelineBuilder<DeliveryAttempt> { TimeProvider = parts.Time }.AddTimeout(parts.Timeout).Build();
    }

    public string Id { get; }

    /// <summary>Where to send and what to sign with.</summary>
    public SenderTarget? Target { get; private set; }

    /// <summary>While the circuit is open, or the endpoint has asked to be left alone, when it may be tried again.</summary>
    public DateTimeOffset RestsUntil => RestLeft is { } left && left > TimeSpan.Zero ? _parts.Time.GetUtcNow() + left : default;

    /// <summary>Measured, not read off the clock, which may be set back meanwhile.</summary>
    private TimeSpan? RestLeft => _rest is { } rest ? rest.Duration - _parts.Time.GetElapsedTime(rest.Since) : null;

    /// <summary>Whether nothing is queued, under way or waiting to be written.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock) return _held.Count == 0;
        }
    }

    public int InFlight
    {
        get
        {
            lock (_lock) return _inFlight;
        }
    }

    /// <summary>Whether it has so much left to send that its results can wait, to be written with more of them.</summary>
    public bool HasPlenty
    {
        get
        {
            lock (_lock) return !_window.IsSlow && _queues.Count > _depth / 2;
        }
    }

    /// <summary>How many more deliveries it can take, where it may hold so many in all.</summary>
    public int Room(int most)
    {
        lock (_lock)
        {
            _depth = Math.Min(most, _window.Depth);
            return Math.Max(0, _depth - _held.Count);
        }
    }

    /// <summary>How many more deliveries it would begin at once.</summary>
    public int Slots
    {
        get
        {
            lock (_lock) return Math.Max(0, _window.InFlight - _held.Count);
        }
    }

    /// <summary>
    /// Of due deliveries, in their order, those that it would begin at once: one an account, and none of an account that has one under way.
    /// </summary>
    public IReadOnlyList<ClaimedDelivery> Startable(IReadOnlyList<ClaimedDelivery> due, int most)
    {
        lock (_lock) return [.. due.Where(_queues.IsFree).DistinctBy(AccountQueues.Key).Take(most)];
    }

    /// <summary>
    /// Takes claimed deliveries and begins to send; gives them back if the endpoint is to be left alone since they were chosen.
    /// </summary>
    public void Enqueue(IEnumerable<ClaimedDelivery> claimed)
    {
        lock (_lock)
            foreach (var delivery in claimed.Where(delivery => _held.Add(delivery.Seq))) _queues.Add(delivery);

        if (_parts.Time.GetUtcNow() < RestsUntil) DropUnsent();
        else Pump();
    }

    /// <summary>The subscription has changed. Another address starts with a clean record.</summary>
    public void Retarget(SenderTarget? target)
    {
        lock (_lock)
        {
            if (Target?.Url != target?.Url) (_rest, _failuresInRow) = (null, 0);
            Target = target;
        }
    }

    /// <summary>Starts what may be under way at once.</summary>
    public void Pump()
    {
        while (TakeNext() is { } delivery) _ = SendAsync(delivery);
    }

    /// <summary>The results of these are written, or they are not ours any more.</summary>
    public void Forget(long seq)
    {
        lock (_lock) _held.Remove(seq);
    }

    /// <summary>Empties the queue; what is under way goes on.</summary>
    public void DropUnsent()
    {
        IReadOnlyList<ClaimedDelivery> unsent;
        lock (_lock)
        {
            unsent = _queues.Drain();
            foreach (var delivery in unsent) _held.Remove(delivery.Seq);
        }

        if (unsent.Count > 0) _parts.Returned(unsent);
    }

    /// <summary>Gives back what has waited so long that its lease could end while it is under way.</summary>
    private ClaimedDelivery? TakeNext()
    {
        lock (_lock)
        {
            if (_inFlight >= _window.InFlight || _parts.Time.GetUtcNow() < RestsUntil) return null;
            var latestStart = _parts.Time.GetUtcNow() + _parts.Timeout;
            while (_queues.TryBegin(out var delivery))
            {
                if (delivery.LeaseUntil >= latestStart)
                {
                    _inFlight++;
                    return delivery;
                }

                _queues.End(delivery);
                _held.Remove(delivery.Seq);
                _parts.Returned([delivery]);
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
            if (attempt is null) _held.Remove(delivery.Seq);
            else Learn(attempt);
        }

        if (_parts.Time.GetUtcNow() < RestsUntil) DropUnsent();
        if (attempt is null) _parts.Returned([delivery]);
        else _parts.Ended(this, delivery, attempt);
        Pump();
    }

    /// <summary>
    /// Null where the service is stopping. Everything else is an attempt: the HTTP client cancels by itself when connecting takes too long.
    /// </summary>
    private async Task<DeliveryAttempt?> AttemptAsync(ClaimedDelivery delivery)
    {
        var (at, began) = (_parts.Time.GetUtcNow(), _parts.Time.GetTimestamp());
        try
        {
            var target = Target!;
            return await _pipeline.ExecuteAsync(
                token => new ValueTask<DeliveryAttempt>(_parts.Sender.SendAsync(target.Request(delivery, at), token)), _parts.Stopping);
        }
        catch (OperationCanceledException) when (_parts.Stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure)
        {
            // Whatever it was, the delivery must not stay with this lane for ever.
            var fault = failure is TimeoutRejectedException or OperationCanceledException ? DeliveryFault.Timeout : DeliveryFault.Protocol;
            return new DeliveryAttempt(at, _parts.Time.GetElapsedTime(began), null, fault, null, null);
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
        if (RestLeft is not { } left || duration > left) _rest = new RestPeriod(_parts.Time.GetTimestamp(), duration);
    }

    private sealed record RestPeriod(long Since, TimeSpan Duration);
}
