using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>Tells <see cref="PayloadReleaser"/> that an account or a link may have claimed what is parked.</summary>
public sealed class ClaimSignal(TimeProvider time) : WakeSignal(time);
