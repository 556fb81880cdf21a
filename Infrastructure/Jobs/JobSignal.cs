using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Infrastructure.Jobs;

/// <summary>Wakes <see cref="JobRunner"/> when a job was added; set it after the commit.</summary>
public sealed class JobSignal(TimeProvider time) : WakeSignal(time);
