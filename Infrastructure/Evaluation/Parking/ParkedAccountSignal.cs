using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Infrastructure.Evaluation.Parking;

/// <summary>Wakes <see cref="ParkedAccountRebuilder"/> when an account was set apart that it can rebuild.</summary>
public sealed class ParkedAccountSignal(TimeProvider time) : WakeSignal(time);
