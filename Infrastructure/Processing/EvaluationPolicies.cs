using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Thresholds;

namespace HealthApi.Infrastructure.Processing;

/// <summary>The policy in force, kept for a short while; another process's change takes at most that long to be seen here.</summary>
public sealed class EvaluationPolicies(ModelRegistry models, ThresholdStore thresholds, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private (EvaluationPolicy Policy, long Since)? _current;

    public async ValueTask<EvaluationPolicy> CurrentAsync(CancellationToken cancellation)
    {
        if (_current is { } known && time.GetElapsedTime(known.Since) < Freshness) return known.Policy;
        var configured = await thresholds.ListAsync(cancellation);
        var fresh = known.Policy is { } before && before.Thresholds.SequenceEqual(configured.Select(stored => stored.Threshold))
            ? before
            : new EvaluationPolicy(models, BuiltInChurnRules.Default, SegmentPolicy.Default, [.. configured.Select(stored => stored.Threshold)]);
        _current = (fresh, time.GetTimestamp());
        return fresh;
    }

    /// <summary>Makes this process read the configuration again.</summary>
    public void Forget() => _current = null;
}
