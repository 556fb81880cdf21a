using HealthApi.Infrastructure.Lanes;

namespace HealthApi.Infrastructure.Processing;

/// <summary>Tells <see cref="Clockwork"/> of the same process that due times may have changed.</summary>
public sealed class ProcessingSignal(TimeProvider time)
{
    private readonly LaneSignal _signal = new(time);

    public void Set() => _signal.Set();

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellation) => _signal.WaitAsync(atMost, cancellation);
}
