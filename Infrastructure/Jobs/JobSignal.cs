using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Infrastructure.Jobs;

/// <summary>Tells <see cref="JobRunner"/> of a new job; set it after the commit.</summary>
public sealed class JobSignal(TimeProvider time) : WakeSignal(time);
