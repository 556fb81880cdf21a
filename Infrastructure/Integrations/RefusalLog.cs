using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>
/// Collects refused deliveries in memory and writes them every few seconds in one transaction: anybody can have a delivery refused, so a
/// refusal costs the store nothing. What is collected is bounded by the integrations there are: a count for each reason, and the newest
/// few. A process that dies loses those of its last seconds.
/// </summary>
public sealed class RefusalLog(RefusalStore store, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1);
    private Dictionary<(string Integration, string Reason), Tally> _tallies = [];

    /// <summary>
    /// What the last flush took, until its commit is confirmed: it is repeated unchanged, so that the store recognises what it has
    /// committed. Guarded by the turn.
    /// </summary>
    private Dictionary<(string Integration, string Reason), Tally> _taken = [];

    /// <summary>Notes a refusal of an integration that exists.</summary>
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

    /// <summary>Writes what was collected; what cannot be written stays collected.</summary>
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

/// <summary>Writes refusals every few seconds, and once more at the end.</summary>
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
