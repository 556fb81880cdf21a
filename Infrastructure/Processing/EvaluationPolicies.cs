using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Thresholds;

namespace HealthApi.Infrastructure.Processing;

/// <summary>The policy in force, kept for a short while; another process's change takes at most that long to be seen here.</summary>
public sealed class EvaluationPolicies(ModelRegistry models, ThresholdStore thresholds, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private Held? _current;

    public async ValueTask<EvaluationPolicy> CurrentAsync(CancellationToken cancellation)
    {
        var held = _current;
        if (held is not null && time.GetElapsedTime(held.Since) < Freshness) return held.Policy;
        IReadOnlyList<Threshold> configured = [.. (await thresholds.ListAsync(cancellation)).Select(stored => stored.Threshold)];
        var fresh = held is not null && held.Policy.Thresholds.SequenceEqual(configured)
            ? held.Policy
            : new EvaluationPolicy(models, BuiltInChurnRules.Default, SegmentPolicy.Default, configured);
        _current = new Held(fresh, time.GetTimestamp());
        return fresh;
    }

    /// <summary>Makes this process read the configuration again.</summary>
    public void Forget() => _current = null;

    private sealed record Held(EvaluationPolicy Policy, long Since);
}
