using System.Collections.Concurrent;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Secrets;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Sending;
using HealthApi.Infrastructure.Webhooks.Subscriptions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Webhooks.Dispatch;

/// <summary>
/// Sends due deliveries. One loop does all work on the store: each turn writes the results of ended attempts and claims due deliveries, in
/// one transaction, however many there are. The subscription senders send meanwhile. Between turns the loop waits until an attempt ends, or
/// a delivery is queued or becomes due.
/// </summary>
internal sealed class OutboxDispatcher : WorkerLoop
{
    /// <summary>How often to look for deliveries that other processes have queued.</summary>
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);

    /// <summary>How long the next turn waits for more results while every sender has plenty to send.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<(SubscriptionSender Sender, FinishedDelivery Finished)> _ended = new();
    private readonly ConcurrentQueue<IReadOnlyList<ClaimedDelivery>> _returned = new();
    private readonly List<(SubscriptionSender Sender, FinishedDelivery Finished)> _unwritten = [];
    private readonly List<ClaimedDelivery> _unsent = [];
    private readonly CancellationTokenSource _stopSending = new();
    private readonly OutboxQueue _queue;
    private readonly OutboxResults _results;
    private readonly SubscriptionSenders _senders;
    private readonly IDatabase _database;
    private readonly IOutboxSql _sql;
    private readonly OutboxSignal _signal;
    private readonly BacklogSignal _backlog;
    private readonly RetrySchedule _schedule;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lease;

    public OutboxDispatcher(
        IDatabase database, IOutboxSql sql, OutboxWriter outbox, OutboxSignal signal, BacklogSignal backlog, WebhookSender sender,
        SecretVault vault,
        IOptions<WebhookOptions> options, LoopHealth health, TimeProvider time, ILogger<OutboxDispatcher> logger)
        : base("webhooks", health, logger)
    {
        (_database, _sql, _signal, _backlog, _time) = (database, sql, signal, backlog, time);
        (_queue, _results) = (new OutboxQueue(database, sql), new OutboxResults(sql, new SubscriptionHealth(outbox)));
        (_schedule, _lease) = (options.Value.Schedule(), options.Value.Lease);
        _senders = new SubscriptionSenders(
            database, vault, new SenderContext(sender, time, options.Value.Timeout, OnEnded, OnReturned, _stopSending.Token), logger);
    }

    public override void Dispose()
    {
        _stopSending.Dispose();
        base.Dispose();
    }

    /// <summary>
    /// Where a turn fails, the results stay in memory and are written by the next turn that succeeds; claims end by themselves.
    /// </summary>
    protected override async Task TurnAsync(CancellationToken stopping) => await _signal.WaitAsync(await DispatchAsync(stopping), stopping);

    /// <summary>Returns the deliveries that are not sent yet, waits for those in flight, and writes their results.</summary>
    protected override async Task StoppedAsync()
    {
        _senders.DropUnsent();
        await FlushAsync();
        using var shutdown = new CancellationTokenSource(ShutdownTimeout);
        await using var cancelling = shutdown.Token.Register(_stopSending.Cancel);
        while (_senders.InFlight > 0) await _signal.WaitAsync(DateTimeOffset.MaxValue, CancellationToken.None);
        await FlushAsync();
    }

    /// <returns>When the next turn is due, unless something happens before.</returns>
    private async Task<DateTimeOffset> DispatchAsync(CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        Collect();
        var due = await _queue.DueAsync(cancellation);
        await _senders.SyncAsync(due, now, cancellation);
        var plan = DispatchPlan.Make(_senders, due, now, now + PollEvery);
        await plan.ChooseAsync(_queue, now, cancellation);
        if (_unwritten.Count == 0 && _unsent.Count == 0 && plan.IsEmpty) return plan.NextAt;
        var written = _unwritten.Count + _unsent.Count;
        var claimed = await WriteAsync(plan, now, cancellation);
        plan.Enqueue(claimed, now + _lease);
        if (written + claimed.Count == 0) return plan.NextAt;
        return _senders.HavePlenty ? now + Rest : now;
    }

    private void Collect()
    {
        while (_ended.TryDequeue(out var ended)) _unwritten.Add(ended);
        while (_returned.TryDequeue(out var returned)) _unsent.AddRange(returned);
    }

    /// <summary>Writes results, returns unsent deliveries and claims due ones, in one transaction.</summary>
    private async Task<IReadOnlySet<long>> WriteAsync(DispatchPlan? plan, DateTimeOffset now, CancellationToken cancellation)
    {
        var claimed = await _database.WriteAsync(
            async transaction =>
            {
                await _results.WriteAsync(transaction, [.. _unwritten.Select(ended => ended.Finished)], _queue.Owner, cancellation);
                await _sql.GiveBackAsync(transaction, _unsent, now, _queue.Owner);
                return plan is null ? new HashSet<long>() : await plan.ClaimAsync(transaction, _queue, now, now + _lease);
            },
            cancellation);
        foreach (var (sender, finished) in _unwritten) sender.Forget(finished.Delivery.Seq);
        // These results may have disabled a subscription.
        if (_unwritten.Exists(ended => ended.Finished.Attempt.Outcome != DeliveryOutcome.Delivered)) _backlog.Set();
        _unwritten.Clear();
        _unsent.Clear();
        return claimed;
    }

    private async Task FlushAsync()
    {
        Collect();
        if (_unwritten.Count + _unsent.Count > 0) await WriteAsync(null, _time.GetUtcNow(), CancellationToken.None);
    }

    private void OnEnded(SubscriptionSender sender, ClaimedDelivery delivery, DeliveryAttempt ended)
    {
        var attempt = ended with { RetryAfter = RetrySchedule.Spread(ended.RetryAfter, Random.Shared.NextDouble()) };
        DeliveryTelemetry.Count(attempt);
        var step = DeliveryStep.After(attempt, (int)delivery.Tries, _schedule, Random.Shared.NextDouble());
        _ended.Enqueue((sender, new FinishedDelivery(sender.Id, delivery, attempt, step)));
        if (attempt.Outcome != DeliveryOutcome.Delivered || !sender.HasPlenty) _signal.Set();
    }

    private void OnReturned(IReadOnlyList<ClaimedDelivery> unsent)
    {
        _returned.Enqueue(unsent);
        _signal.Set();
    }
}
