using HealthApi.Api.Limits;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Bodies;

/// <summary>
/// Bounds the memory of all request bodies together. Authenticated callers share one pool, all other callers another, so that callers
/// without a key cannot use up the memory of those with one.
/// </summary>
internal sealed class BodyBudget(IOptions<LimitOptions> options, TimeProvider time)
{
    private static readonly TimeSpan KnownPatience = TimeSpan.FromSeconds(5), UnknownPatience = TimeSpan.FromSeconds(1);

    /// <summary>For callers with a valid key, signature or token.</summary>
    public BodyPool Known { get; } = new(options.Value.BodyBytes, KnownPatience, time);

    /// <summary>For callers that are not authenticated, or not yet.</summary>
    public BodyPool Unknown { get; } = new(options.Value.UnauthenticatedBodyBytes, UnknownPatience, time);

    /// <summary>Bytes held at this moment.</summary>
    public long Taken => Known.Taken + Unknown.Taken;
}
