namespace HealthApi.Infrastructure.Processing;

/// <summary>Tells <see cref="Clockwork"/> that due times may have changed.</summary>
public sealed class ProcessingSignal(TimeProvider time) : WakeSignal(time);
