using HealthApi.Infrastructure.Lanes;

namespace HealthApi.Api.Health;

/// <summary>The process runs.</summary>
internal sealed record LivenessView(string Status);

/// <summary>Whether the service can take requests: <c>ready</c>, <c>degraded</c> or <c>unavailable</c>.</summary>
internal sealed record ReadinessView(string Status, ReadinessChecks Checks);

/// <summary>The checks behind the readiness.</summary>
/// <param name="Store">Whether the database accepts writes.</param>
/// <param name="Lanes">Whether the lane table accepts writes.</param>
/// <param name="Broker"><c>reachable</c> or <c>unreachable</c>.</param>
/// <param name="FormerLanes">Lanes that are no longer published to and still hold events.</param>
/// <param name="Failing">Background loops that fail and retry.</param>
internal sealed record ReadinessChecks(
    StoreHealth Store, StoreHealth Lanes, string Broker, IEnumerable<int> FormerLanes, IEnumerable<string> Failing, SecretCheck Secrets);

/// <summary>The number of secrets that no configured key opens; null while the store cannot be read.</summary>
internal sealed record SecretCheck(int? Unreadable);
