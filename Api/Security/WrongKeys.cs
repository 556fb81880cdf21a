using System.Net;
using HealthApi.Api.Http;
using HealthApi.Api.Limits;
using HealthApi.Api.Problems;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Security;

/// <summary>
/// Counts the wrong API keys, write keys and signatures of each caller (<see cref="Networks.CallerOf"/>) in the minute that begins with the
/// first one. The table is bounded: while it is full, further callers share one count.
/// </summary>
internal sealed class WrongKeys(IOptions<LimitOptions> options, TimeProvider time)
{
    private const int MaxAddresses = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1), SweepEvery = TimeSpan.FromSeconds(1);

    /// <summary>The key of the shared count. No request comes from this address.</summary>
    private static readonly IPAddress Others = IPAddress.Broadcast;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, Tally> _tallies = [];
    private readonly int _allowed = options.Value.WrongKeys;
    private long _swept = time.GetTimestamp();

    /// <summary>The number of addresses in the table; at most 10,001.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _tallies.Count;
        }
    }

    /// <summary>Whether the address has used up its wrong keys of the current minute.</summary>
    public bool IsExhausted(IPAddress? address)
    {
        if (_allowed <= 0) return false;
        lock (_lock) return _tallies.TryGetValue(SourceOf(address), out var tally) && Left(tally) > TimeSpan.Zero && tally.Keys >= _allowed;
    }

    /// <summary>
    /// Counts a wrong key. Returns a 429 with the end of the minute if the address had already used up its number; otherwise null.
    /// </summary>
    public Problem? Add(IPAddress? address)
    {
        if (_allowed <= 0) return null;
        lock (_lock)
        {
            var source = SourceOf(address);
            var tally = _tallies.TryGetValue(source, out var known) && Left(known) > TimeSpan.Zero ? known
                : new Tally(0, time.GetTimestamp());
            _tallies[source] = tally = tally with { Keys = tally.Keys + 1 };
            return tally.Keys > _allowed ? TooMany(Left(tally)) : null;
        }
    }

    private static Problem TooMany(TimeSpan left) =>
        new(ProblemType.QuotaExceeded, "Too many wrong keys or signatures have come from this address.")
        {
            RetryAfter = Math.Max(1, (int)Math.Ceiling(left.TotalSeconds)),
        };

    private TimeSpan Left(Tally tally) => Window - time.GetElapsedTime(tally.Since);

    private IPAddress SourceOf(IPAddress? address)
    {
        var source = address is null ? IPAddress.Any : Networks.CallerOf(address);
        if (_tallies.Count < MaxAddresses || _tallies.ContainsKey(source)) return source;
        Sweep();
        return _tallies.Count < MaxAddresses ? source : Others;
    }

    private void Sweep()
    {
        if (time.GetElapsedTime(_swept) < SweepEvery) return;
        _swept = time.GetTimestamp();
        foreach (var (source, _) in _tallies.Where(pair => Left(pair.Value) <= TimeSpan.Zero).ToList()) _tallies.Remove(source);
    }

    private readonly record struct Tally(int Keys, long Since);
}
