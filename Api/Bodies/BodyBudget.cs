using HealthApi.Api.Limits;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Bodies;

/// <summary>
/// The memory that request bodies may take together: one pool for callers with a key, another for those who have not shown yet who they
/// are, so that nobody without a key can take the memory of the others.
/// </summary>
internal sealed class BodyBudget(IOptions<LimitOptions> options, TimeProvider time)
{
    private static readonly TimeSpan KnownPatience = TimeSpan.FromSeconds(5), UnknownPatience = TimeSpan.FromSeconds(1);

    /// <summary>For callers who have shown a key, or whose signature or token has been checked.</summary>
    public BodyPool Known { get; } = new(options.Value.BodyBytes, KnownPatience, time);

    /// <summary>For everybody else.</summary>
    public BodyPool Unknown { get; } = new(options.Value.UnauthenticatedBodyBytes, UnknownPatience, time);

    /// <summary>Bytes held at this moment.</summary>
    public long Taken => Known.Taken + Unknown.Taken;
}
