using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Clocks;

/// <summary>
/// Notices that the wall clock was set back, while the process runs or between two runs, and moves the due times and leases in the store by
/// as much: what waits would otherwise wait until the clock shows the old time again. Every worker raises a mark in the store to the time
/// it sees. Where the mark stays ahead for some looks, no worker lives by that time any more; one of them moves the times and lowers the
/// mark. A clock that is merely behind that of another worker moves nothing, since the other one goes on raising the mark; and when that
/// one stops, whose clock was ahead, only what it has written is moved.
/// </summary>
internal sealed class ClockWatch(ClockMark mark, DueTimes dueTimes, LoopHealth health, TimeProvider time, ILogger<ClockWatch> logger)
    : WorkerLoop("clock-watch", health, logger)
{
    /// <summary>Smaller steps hold things up by no more than this.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(10);

    /// <summary>How many looks in a row the mark has to stand still: other workers raise it once in each.</summary>
    public const int Looks = 4;

    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly long _began = time.GetTimestamp();
    private DateTimeOffset? _first;
    private DateTimeOffset _origin;
    private DateTimeOffset _ahead;
    private int _seen;

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        await LookAsync(stopping);
        await Task.Delay(LookEvery, time, stopping);
    }

    /// <summary>Compares the clock with the mark once.</summary>
    internal async Task LookAsync(CancellationToken cancellation)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        // What the clock showed when this began, by the stopwatch: it falls when the clock is set back, and then only.
        var origin = now - time.GetElapsedTime(_began);
        if (origin > _origin) _origin = origin;
        var at = await mark.RaiseAsync(now, cancellation);
        _first ??= at;
        if (at <= now + Tolerance)
        {
            _seen = 0;
            return;
        }

        (_ahead, _seen) = (at, at == _ahead ? _seen + 1 : 1);
        var (isSetBack, isFromBefore) = (_origin - origin > Tolerance, at == _first);
        // Nobody here knows whose mark it is that stood when this began; another worker may, and comes first.
        if (_seen < (isFromBefore && !isSetBack ? 2 * Looks : Looks)) return;
        if (isSetBack || isFromBefore) await MoveAsync(at, now, cancellation);
        else await MoveWrittenAheadAsync(at, now, cancellation);
        await mark.LowerAsync(at, now, cancellation);
        (_seen, _origin) = (0, origin);
    }

    private Task MoveAsync(DateTimeOffset at, DateTimeOffset now, CancellationToken cancellation)
    {
        logger.LogWarning("The clock was set back by {Step}: due times and leases are moved by as much", at - now);
        return dueTimes.MoveAsync(at, now, cancellation);
    }

    private Task MoveWrittenAheadAsync(DateTimeOffset at, DateTimeOffset now, CancellationToken cancellation)
    {
        logger.LogWarning("Another worker's clock was ahead by {Step} and has stopped: what it has written is moved by as much", at - now);
        return dueTimes.MoveWrittenAheadAsync(at, now, cancellation);
    }
}
