using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Clocks;

/// <summary>
/// Detects that the wall clock was set back, while the process runs or between two runs, and moves the due times and leases in the store by
/// the same amount. Otherwise waiting work would wait until the clock shows the old time again. Every worker raises a mark in the store to
/// its own time. When the mark stays ahead and unchanged for several looks, no running worker has that time any more; one worker then moves
/// the times and lowers the mark. A worker whose clock is only behind another worker's clock moves nothing, because the other one keeps
/// raising the mark. When the worker with the clock ahead stops, only the times that it has written are moved.
/// </summary>
internal sealed class ClockWatch(ClockMark mark, DueTimes dueTimes, LoopHealth health, TimeProvider time, ILogger<ClockWatch> logger)
    : WorkerLoop("clock-watch", health, logger)
{
    /// <summary>Smaller steps are ignored; they delay work by no more than this.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(10);

    /// <summary>The number of looks in a row for which the mark must be unchanged. Other workers raise it once per look.</summary>
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
        // The start of this process on the wall clock, measured back with the stopwatch. It gets smaller only when the clock is set back.
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
        // A mark that existed when this process started may belong to a worker that still runs. A worker that has seen its clock go back
        // acts first, so wait twice as long.
        if (_seen < (isFromBefore && !isSetBack ? 2 * Looks : Looks)) return;
        if (isSetBack || isFromBefore) await MoveAsync(at, now, cancellation);
        else await MoveWrittenAheadAsync(at, now, cancellation);
        await mark.LowerAsync(at, now, cancellation);
        (_seen, _origin) = (0, origin);
    }

    private Task MoveAsync(DateTimeOffset at, DateTimeOffset now, CancellationToken cancellation)
    {
        logger.LogWarning("The clock was set back by {Step}: due times and leases are moved back by the same amount", at - now);
        return dueTimes.MoveAsync(at, now, cancellation);
    }

    private Task MoveWrittenAheadAsync(DateTimeOffset at, DateTimeOffset now, CancellationToken cancellation)
    {
        logger.LogWarning("A worker whose clock was ahead by {Step} has stopped: the times that it wrote are moved back", at - now);
        return dueTimes.MoveWrittenAheadAsync(at, now, cancellation);
    }
}
