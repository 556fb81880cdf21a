using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Infrastructure.Lanes;

/// <summary>Wakes the worker when something was appended to the lane table.</summary>
public sealed class LaneSignal(TimeProvider time) : WakeSignal(time);
