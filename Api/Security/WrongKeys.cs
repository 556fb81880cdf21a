using System.Net;
using System.Net.Sockets;
using HealthApi.Api.Limits;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Security;

/// <summary>
/// Counts the wrong keys of each address, an IPv6 one by its network of 64 bits, by the minute that begins with the first. The table is bounded: where
/// it is full of addresses whose minute is not over, the others share one count.
/// </summary>
internal sealed class WrongKeys(IOptions<LimitOptions> options, TimeProvider time)
{
    private const int MaxAddresses = 10_000, NetworkBytes = 8;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1), SweepEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Source, Tally> _tallies = [];
    private readonly int _allowed = options.Value.WrongKeys;
    private long _swept = time.GetTimestamp();

    /// <summary>How many addresses are remembered; at most 10,001.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _tallies.Count;
        }
    }

    /// <summary>Whether the address has used up its wrong keys of this minute.</summary>
    public bool IsExhausted(IPAddress? address)
    {
        if (_allowed <= 0) return false;
        lock (_lock) return _tallies.TryGetValue(SourceOf(address), out var tally) && Left(tally) > TimeSpan.Zero && tally.Keys >= _allowed;
    }

    /// <summary>Counts a wrong key; where the address has used up its number, the whole seconds until its minute is over.</summary>
    public int? Add(IPAddress? address)
    {
        if (_allowed <= 0) return null;
        lock (_lock)
        {
            var source = SourceOf(address);
            var tally = _tallies.TryGetValue(source, out var known) && Left(known) > TimeSpan.Zero ? known : new Tally(0, time.GetTimestamp());
            _tallies[source] = tally = tally with { Keys = tally.Keys + 1 };
            return tally.Keys > _allowed ? Math.Max(1, (int)Math.Ceiling(Left(tally).TotalSeconds)) : null;
        }
    }

    private TimeSpan Left(Tally tally) => Window - time.GetElapsedTime(tally.Since);

    private Source SourceOf(IPAddress? address)
    {
        var source = Source.Of(address);
        if (_tallies.Count < MaxAddresses || _tallies.ContainsKey(source)) return source;
        Sweep();
        return _tallies.Count < MaxAddresses ? source : Source.Others;
    }

    private void Sweep()
    {
        if (time.GetElapsedTime(_swept) < SweepEvery) return;
        _swept = time.GetTimestamp();
        foreach (var (source, _) in _tallies.Where(pair => Left(pair.Value) <= TimeSpan.Zero).ToList()) _tallies.Remove(source);
    }

    private readonly record struct Tally(int Keys, long Since);

    private readonly record struct Source(bool IsNetwork, ulong Bits)
    {
        /// <summary>No address has these bits without being a network.</summary>
        public static Source Others { get; } = new(false, ulong.MaxValue);

        public static Source Of(IPAddress? address)
        {
            if (address is null) return default;
            if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
            var bytes = address.GetAddressBytes();
            return address.AddressFamily == AddressFamily.InterNetwork
                ? new Source(false, BitConverter.ToUInt32(bytes))
                : new Source(true, BitConverter.ToUInt64(bytes.AsSpan(0, NetworkBytes)));
        }
    }
}
