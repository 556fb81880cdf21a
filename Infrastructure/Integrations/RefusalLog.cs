using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>
/// Collects refused deliveries in memory and writes them every few seconds in one transaction. Anyone can cause a refusal, so a refusal
/// must not cost the store a write. The memory is bounded by the number of integrations: one count per reason and the newest few refusals.
/// If the process is killed, the refusals of its last seconds are lost.
/// </summary>
public sealed class RefusalLog(RefusalStore store, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1);
    private Dictionary<(string Integration, string Reason), Tally> _tallies = [];

    /// <summary>
    /// The refusals of the last flush until its commit is confirmed. A write that failed is repeated unchanged, so that the store can
    /// recognise that it was committed after all. Guarded by <c>_turn</c>.
    /// </summary>
    private Dictionary<(string Integration, string Reason), Tally> _taken = [];

    /// <summary>Adds a refusal for an integration that exists.</summary>
    public void Note(RefusedDelivery refused)
    {
        ArgumentNullException.ThrowIfNull(refused);
        lock (_lock)
        {
            var key = (refused.IntegrationId, refused.Reason);
            if (!_tallies.TryGetValue(key, out var tally)) _tallies[key] = tally = new Tally();
            tally.Add(refused);
        }
    }

    public void Dispose() => _turn.Dispose();

    public DateTimeOffset Now() => time.GetUtcNow();

    /// <summary>Writes the collected refusals; after a failure they stay collected.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await WriteAsync(cancellation);
            lock (_lock) (_taken, _tallies) = (_tallies, []);
            await WriteAsync(cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        if (_taken.Count == 0) return;
        var counts = _taken.Select(pair => new RefusalCount(pair.Key.Integration, pair.Key.Reason, pair.Value.Count, pair.Value.LastAt))
            .ToList();
        await store.AddAsync(counts, [.. _taken.Values.SelectMany(tally => tally.Newest)], cancellation);
        _taken = [];
    }

    private sealed class Tally
    {
        public long Count { get; private set; }

        public DateTimeOffset LastAt { get; private set; }

        public Queue<RefusedDelivery> Newest { get; } = new();

        public void Add(RefusedDelivery refused)
        {
            (Count, LastAt) = (Count + 1, refused.At);
            Newest.Enqueue(refused);
            if (Newest.Count > RefusalStore.KeptOfReason) Newest.Dequeue();
        }
    }
}

/// <summary>Writes the collected refusals every five seconds, and once more when the service stops.</summary>
internal sealed class RefusalWriter(RefusalLog log, LoopHealth health, TimeProvider time, ILogger<RefusalWriter> logger)
    : WorkerLoop("refusal writer", health, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        await log.FlushAsync(stopping);
        await Task.Delay(Interval, time, stopping);
    }

    protected override Task StoppedAsync() => log.FlushAsync(CancellationToken.None);
}
