using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>Tells <see cref="Clockwork"/> that due times may have changed.</summary>
public sealed class ProcessingSignal(TimeProvider time) : WakeSignal(time);
