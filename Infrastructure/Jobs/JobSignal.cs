using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Infrastructure.Jobs;

/// <summary>Wakes the <see cref="JobRunner"/> services when a job was added; set it after the commit.</summary>
public sealed class JobSignal(TimeProvider time) : WakeSignal(time)
{
    /// <summary>Wakes the one that runs long jobs. It is set with this signal.</summary>
    public WakeSignal OfLongJobs { get; } = new LongJobSignal(time);

    public override void Set()
    {
        base.Set();
        OfLongJobs.Set();
    }

    private sealed class LongJobSignal(TimeProvider time) : WakeSignal(time);
}
