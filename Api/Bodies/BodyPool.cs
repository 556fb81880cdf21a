using System.Collections.Concurrent;

namespace HealthApi.Api.Bodies;

/// <summary>
/// Memory for request bodies, charged as their bytes come in. Where there is no room, the largest body that has been coming for longer than
/// the patience is cut off, if it holds at least what is asked for: slow senders cannot keep others out. An eighth is for small bodies
/// alone.
/// </summary>
/// <param name="most">Bytes; zero for no limit.</param>
/// <param name="patience">How long a body may come before it can be cut off.</param>
/// <param name="time">The clock.</param>
internal sealed class BodyPool(long most, TimeSpan patience, TimeProvider time)
{
    /// <summary>Up to here a body may use the whole pool.</summary>
    private const int SmallBytes = 64 * 1024;

    private const int ReservedParts = 8;

    /// <summary>
    /// For how long a search that found nobody to cut off is not repeated: it looks at every body, and each part of each body may ask for
    /// one.
    /// </summary>
    private static readonly TimeSpan SearchEvery = TimeSpan.FromMilliseconds(50);

    private readonly long _most = most > 0 ? most : long.MaxValue;
    private readonly ConcurrentDictionary<BodyLease, bool> _coming = new();
    private long _taken;
    private volatile VainSearch? _vain;

    /// <summary>Bytes held at this moment.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Opens the account of one body.</summary>
    public BodyLease Open() => new(this, time.GetTimestamp());

    internal void Watch(BodyLease lease) => _coming[lease] = true;

    internal void Forget(BodyLease lease) => _coming.TryRemove(lease, out _);

    /// <summary>False where there is no room; nothing is taken then.</summary>
    internal bool TryTake(long bytes, long held)
    {
        var bound = held + bytes <= SmallBytes ? _most : _most - (_most / ReservedParts);
        while (Interlocked.Add(ref _taken, bytes) > bound)
        {
            Return(bytes);
            if (!CutOff(Math.Max(bytes, held))) return false;
        }

        return true;
    }

    internal void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);

    private bool CutOff(long atLeast)
    {
        if (_vain is { } vain && vain.AtLeast <= atLeast && time.GetElapsedTime(vain.At) < SearchEvery) return false;
        // Not by Keys, which stops all others and copies.
        var slow = _coming.Select(coming => coming.Key)
            .Where(lease => lease.Held >= atLeast && time.GetElapsedTime(lease.Since) >= patience);
        if (slow.MaxBy(lease => lease.Held) is { } slowest) return slowest.CutOff();
        _vain = new VainSearch(time.GetTimestamp(), atLeast);
        return false;
    }

    /// <summary>A search for a body that holds at least so much.</summary>
    private sealed record VainSearch(long At, long AtLeast);
}
