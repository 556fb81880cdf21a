namespace HealthApi.Infrastructure.Lanes;

/// <summary>How far behind the lanes of this process are.</summary>
public sealed class LaneLag(TimeProvider time)
{
    private long _oldest;

    /// <summary>Age of the oldest unprocessed batch; zero where none waits.</summary>
    public TimeSpan Current =>
        Interlocked.Read(ref _oldest) is var ticks and > 0 ? time.GetUtcNow() - new DateTimeOffset(ticks, TimeSpan.Zero) : TimeSpan.Zero;

    /// <summary>Reports when the oldest unprocessed batch was appended.</summary>
    public void Oldest(DateTimeOffset appendedAt) => Interlocked.Exchange(ref _oldest, appendedAt.UtcTicks);

    /// <summary>Reports that no batch waits.</summary>
    public void Empty() => Interlocked.Exchange(ref _oldest, 0);
}
