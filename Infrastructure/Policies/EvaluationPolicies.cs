using HealthApi.Core.Evaluation;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Policies;

/// <summary>The policy in force, kept for a short while; another process's change takes at most that long to be seen here.</summary>
public sealed class EvaluationPolicies(IDatabase database, ThresholdStore thresholds, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private readonly PolicyReader _reader = new();
    private Held? _current;
    private int _forgotten;

    public async ValueTask<EvaluationPolicy> CurrentAsync(CancellationToken cancellation)
    {
        var (held, forgotten) = (_current, Volatile.Read(ref _forgotten));
        if (held is not null && held.Forgotten == forgotten && time.GetElapsedTime(held.Since) < Freshness) return held.Policy;

        // The time counts from before the reading, and what was forgotten meanwhile stays forgotten.
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
    /// Judges by the policy at hand, and once more by the newest where another process has judged by a newer one already.
    /// </summary>
    /// <param name="judge">Is run again as a whole; what it wrote before was rolled back.</param>
    internal async Task<T> JudgeAsync<T>(Func<EvaluationPolicy, Task<T>> judge, CancellationToken cancellation)
    {
        try
        {
            return await judge(await CurrentAsync(cancellation));
        }
        catch (StalePolicyException)
        {
            return await judge(await FreshAsync(cancellation));
        }
    }

    /// <summary>The policy as the store has it now, for those who read it to change it.</summary>
    public ValueTask<EvaluationPolicy> FreshAsync(CancellationToken cancellation)
    {
        Forget();
        return CurrentAsync(cancellation);
    }

    /// <summary>Makes this process read the configuration again.</summary>
    public void Forget() => Interlocked.Increment(ref _forgotten);

    private async Task<EvaluationPolicy> ReadAsync(IReadOnlyList<Threshold> configured, CancellationToken cancellation)
    {
        return _reader.Read(await database.ReadAsync(PolicyRows.ReadAsync, cancellation), configured);
    }

    private sealed record Held(EvaluationPolicy Policy, long Rows, long Since, int Forgotten);
}
