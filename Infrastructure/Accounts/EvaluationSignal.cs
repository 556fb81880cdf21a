using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>Wakes <c>Clockwork</c>: due times may have changed.</summary>
public sealed class EvaluationSignal(TimeProvider time) : WakeSignal(time);
