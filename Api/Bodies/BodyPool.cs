using System.Collections.Concurrent;

namespace HealthApi.Api.Bodies;

/// <summary>
/// Memory for request bodies, charged as their bytes arrive. When the pool is full, it cuts off the largest body that has been arriving for
/// longer than the patience, if that body holds at least as much memory as the body that needs room holds or asks for. Slow senders
/// therefore cannot block the others. One eighth of the pool is reserved for small bodies.
/// </summary>
/// <param name="most">The size of the pool in bytes; zero for no limit.</param>
/// <param name="patience">How long a body may take to arrive before it can be cut off.</param>
/// <param name="time">The clock.</param>
internal sealed class BodyPool(long most, TimeSpan patience, TimeProvider time)
{
    /// <summary>A body of at most this many bytes may use the whole pool.</summary>
    private const int SmallBytes = 64 * 1024;

    private const int ReservedParts = 8;

    /// <summary>
    /// After a search that found no body to cut off, the next one waits this long. A search looks at every body, and each chunk of each
    /// body may start one.
    /// </summary>
    private static readonly TimeSpan SearchEvery = TimeSpan.FromMilliseconds(50);

    private readonly long _most = most > 0 ? most : long.MaxValue;
    private readonly ConcurrentDictionary<BodyLease, bool> _watched = new();
    private long _taken;
    private volatile FailedSearch? _failed;

    /// <summary>Bytes held at this moment.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Opens the lease of one body.</summary>
    public BodyLease Open() => new(this, time.GetTimestamp());

    internal void Watch(BodyLease lease) => _watched[lease] = true;

    internal void Forget(BodyLease lease) => _watched.TryRemove(lease, out _);

    /// <summary>False if there is no room; nothing is taken then.</summary>
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
        if (_failed is { } failed && failed.AtLeast <= atLeast && time.GetElapsedTime(failed.At) < SearchEvery) return false;
        // Enumerated directly: Keys would lock the whole dictionary and copy it.
        var slow = _watched.Select(watched => watched.Key)
            .Where(lease => lease.Held >= atLeast && time.GetElapsedTime(lease.Since) >= patience);
        if (slow.MaxBy(lease => lease.Held) is { } slowest) return slowest.CutOff();
        _failed = new FailedSearch(time.GetTimestamp(), atLeast);
        return false;
    }

    /// <summary>A search that found no body of at least this many bytes to cut off.</summary>
    private sealed record FailedSearch(long At, long AtLeast);
}
