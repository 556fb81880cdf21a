using System.Globalization;
using System.Threading.RateLimiting;

namespace HealthApi.Api.Limits;

/// <summary>The token bucket of one key, and the values of its headers (draft-ietf-httpapi-ratelimit-headers-10).</summary>
internal sealed class KeyBucket : IDisposable
{
    private const string Name = "\"requests\"";

    /// <summary>Refills per second. A rate of less than ten tokens per second is refilled one token at a time.</summary>
    private const double Refills = 10;

    private readonly TokenBucketRateLimiter _limiter;
    private readonly double _perSecond;
    private readonly int _burst;

    public KeyBucket(double perSecond, int burst)
    {
        (_perSecond, _burst) = (perSecond, burst > 0 ? burst : (int)Math.Max(1, Math.Ceiling(perSecond)));
        var tokens = (int)Math.Max(1, Math.Floor(perSecond / Refills));
        _limiter = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = _burst,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds(tokens / perSecond),
            QueueLimit = 0,
        });
        Policy = string.Create(CultureInfo.InvariantCulture, $"{Name};q={_burst};w={Seconds(_burst)}");
    }

    /// <summary>The header <c>RateLimit-Policy</c>: quota and window.</summary>
    public string Policy { get; }

    /// <summary>Takes a token and returns null; without one, returns the seconds until one may be available.</summary>
    public int? WaitSeconds()
    {
        using var lease = _limiter.AttemptAcquire();
        if (lease.IsAcquired) return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
    }

    /// <summary>The header <c>RateLimit</c>: the tokens left and the seconds until the bucket is full again.</summary>
    public string State()
    {
        var left = _limiter.GetStatistics()!.CurrentAvailablePermits;
        return string.Create(CultureInfo.InvariantCulture, $"{Name};r={left};t={Seconds(_burst - left)}");
    }

    public void Dispose() => _limiter.Dispose();

    private long Seconds(double tokens) => (long)Math.Ceiling(tokens / _perSecond);
}
