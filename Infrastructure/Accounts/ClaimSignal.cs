using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>Tells the release of parked payloads that an account or a link may have claimed what is parked.</summary>
public sealed class ClaimSignal(TimeProvider time) : WakeSignal(time);
