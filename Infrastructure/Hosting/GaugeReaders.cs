namespace HealthApi.Infrastructure.Hosting;

/// <summary>
/// Knows whether a collector or scraper reads the gauges of waiting work. Measuring costs the store some queries, so it is done only then.
/// </summary>
/// <param name="always">Whether a collector is configured, which gets the gauges all the time.</param>
public sealed class GaugeReaders(bool always, TimeProvider time) : WakeSignal(time)
{
    /// <summary>How long after its last request a scraper counts as a reader.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TimeProvider _time = time;
    private long _scraped;

    /// <summary>Whether a collector is configured, or the gauges were scraped within the last five minutes.</summary>
    public bool Any => always || (Volatile.Read(ref _scraped) is var at and not 0 && _time.GetElapsedTime(at) < Patience);

    /// <summary>Call this for every scrape. After the first one the gauges are measured at once.</summary>
    public void Announce()
    {
        var isNew = !Any;
        Volatile.Write(ref _scraped, Math.Max(1, _time.GetTimestamp()));
        if (isNew) Set();
    }
}
