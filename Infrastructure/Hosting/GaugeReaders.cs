namespace HealthApi.Infrastructure.Hosting;

/// <summary>Whether anybody reads the gauges of what waits: looking costs the store some queries, so it is done only for readers.</summary>
/// <param name="always">A collector is sent them all the time.</param>
public sealed class GaugeReaders(bool always, TimeProvider time) : WakeSignal(time)
{
    /// <summary>A scraper that stays away for longer has gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TimeProvider _time = time;
    private long _scraped;

    /// <summary>Whether a collector is configured or somebody scraped within five minutes.</summary>
    public bool Any => always || (Volatile.Read(ref _scraped) is var at and not 0 && _time.GetElapsedTime(at) < Patience);

    /// <summary>Somebody scrapes; the first time, the gauges are looked at without delay.</summary>
    public void Announce()
    {
        var isNew = !Any;
        Volatile.Write(ref _scraped, Math.Max(1, _time.GetTimestamp()));
        if (isNew) Set();
    }
}
