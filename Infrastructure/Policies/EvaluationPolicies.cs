using HealthApi.Core.Evaluation;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Policies;

/// <summary>The policy in force, cached for 5 seconds; a change by another process is noticed here at most that much later.</summary>
public sealed class EvaluationPolicies(IDatabase database, ThresholdStore thresholds, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private readonly PolicyReader _reader = new();
    private Held? _current;
    private int _forgotten;

    /// <summary>The policy in force, read from the store at most 5 seconds ago.</summary>
    public async ValueTask<EvaluationPolicy> CurrentAsync(CancellationToken cancellation)
    {
        var (held, forgotten) = (_current, Volatile.Read(ref _forgotten));
        if (held is not null && held.Forgotten == forgotten && time.GetElapsedTime(held.Since) < Freshness) return held.Policy;

        // The age counts from before the read, and a Forget during the read still makes the result stale.
        var since = time.GetTimestamp();
        IReadOnlyList<Threshold> configured = [.. (await thresholds.ListAsync(cancellation)).Select(stored => stored.Threshold)];
        var rows = await database.ReadAsync(PolicyRows.CountAsync, cancellation);
        var policy = held is not null && held.Rows == rows && held.Policy.Thresholds.SequenceEqual(configured)
            ? held.Policy
            : await ReadAsync(configured, cancellation);
        _current = new Held(policy, rows, since, forgotten);
        return policy;
    }

    /// <summary>
    /// Evaluates with the cached policy, and once more with the newest policy where another process has already used a newer one.
    /// </summary>
    /// <param name="evaluate">Runs again as a whole after a stale policy; the writes of its first run were rolled back.</param>
    internal async Task<T> EvaluateAsync<T>(Func<EvaluationPolicy, Task<T>> evaluate, CancellationToken cancellation)
    {
        try
        {
            return await evaluate(await CurrentAsync(cancellation));
        }
        catch (StalePolicyException)
        {
            return await evaluate(await FreshAsync(cancellation));
        }
    }

    /// <summary>Reads the policy from the store now, for callers that read it to change it.</summary>
    public ValueTask<EvaluationPolicy> FreshAsync(CancellationToken cancellation)
    {
        Forget();
        return CurrentAsync(cancellation);
    }

    /// <summary>Makes the next call read the policy from the store.</summary>
    public void Forget() => Interlocked.Increment(ref _forgotten);

    private async Task<EvaluationPolicy> ReadAsync(IReadOnlyList<Threshold> configured, CancellationToken cancellation)
    {
        return _reader.Read(await database.ReadAsync(PolicyRows.ReadAsync, cancellation), configured);
    }

    private sealed record Held(EvaluationPolicy Policy, long Rows, long Since, int Forgotten);
}
