using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>Wakes <c>PayloadReleaser</c>: a new account or link may have made the customer of a waiting payload known.</summary>
public sealed class ClaimSignal(TimeProvider time) : WakeSignal(time);
