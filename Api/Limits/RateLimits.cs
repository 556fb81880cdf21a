using System.Collections.Concurrent;
using HealthApi.Api.Problems;
using HealthApi.Infrastructure.Security;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Limits;

/// <summary>The request rates of the keys in this process.</summary>
internal sealed class RateLimits(IOptions<LimitOptions> options) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<KeyBucket>> _buckets = new(StringComparer.Ordinal);

    /// <summary>Counts a request. Null if it is within the rate, otherwise a 429; the headers show the key's quota in both cases.</summary>
    public Problem? Take(ApiKey key, IHeaderDictionary headers)
    {
        var rate = options.Value.Keys.TryGetValue(key.Name, out var own) ? own : options.Value.RequestsPerSecond;
        if (rate <= 0) return null;
        var bucket = _buckets.TryGetValue(key.Id, out var known) ? known.Value : Add(key.Id, rate, own > 0 ? 0 : options.Value.Burst);
        var wait = bucket.WaitSeconds();
        headers["RateLimit-Policy"] = bucket.Policy;
        headers["RateLimit"] = bucket.State();
        return wait is { } seconds ? new Problem(ProblemType.QuotaExceeded, "The API key has used up its quota.") { RetryAfter = seconds }
            : null;
    }

    public void Dispose()
    {
        foreach (var bucket in _buckets.Values) bucket.Value.Dispose();
    }

    private KeyBucket Add(string keyId, double rate, int burst) =>
        _buckets.GetOrAdd(keyId, _ => new Lazy<KeyBucket>(() => new KeyBucket(rate, burst))).Value;
}
