using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Infrastructure.Evaluation.Parking;

/// <summary>Wakes <see cref="ParkedAccountRebuilder"/> when an account was parked that it may be able to rebuild.</summary>
public sealed class ParkedAccountSignal(TimeProvider time) : WakeSignal(time);
