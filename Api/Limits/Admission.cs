using System.Data.Common;
using HealthApi.Api.Problems;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Limits;

/// <summary>
/// Refuses events while too many wait in the lanes, store and broker (<see cref="LimitOptions.Backlog"/>), or the oldest waits too long
/// (<see cref="LimitOptions.MaxLag"/>), whichever process works on them. Incoming requests trigger reads of the backlog in the background.
/// The events admitted since the last read are added, so that the bound also holds between two reads.
/// </summary>
internal sealed class Admission(ILaneTransport lanes, IOptions<LimitOptions> options, TimeProvider time)
{
    /// <summary>With fewer waiting events the lag is not checked: a worker catches up with them in a moment.</summary>
    private const long MinimumBacklog = 20_000;

    private const int BacklogPause = 5, LagPause = 1;

    private readonly LimitOptions _limits = options.Value;
    private Look _seen = new(new LaneBacklog(0, null), DateTimeOffset.MinValue);
    private long _seenAt, _since, _underWay;
    private int _looking;

    /// <summary>Null if events are admitted; otherwise a 503 that says when to try again.</summary>
    public Problem? Refusal()
    {
        if (time.GetElapsedTime(Volatile.Read(ref _seenAt)) >= lanes.BacklogFreshness && Interlocked.Exchange(ref _looking, 1) == 0)
            _ = Task.Run(LookAsync);
        var seen = Volatile.Read(ref _seen);
        if (_limits.Backlog > 0 && seen.Backlog.Events + Interlocked.Read(ref _since) >= _limits.Backlog)
            return Overloaded("Too many events wait to be processed.", BacklogPause);
        return IsLate(seen) ? Overloaded("Processing is behind.", LagPause) : null;
    }

    /// <summary>Counts events that were appended to the lanes.</summary>
    public void Count(int events) => Interlocked.Add(ref _since, events);

    /// <summary>Counts events while they are being appended; completes with the append.</summary>
    public async Task CountAsync(int events, Task appending)
    {
        Interlocked.Add(ref _underWay, events);
        Count(events);
        try
        {
            await appending;
        }
        finally
        {
            Interlocked.Add(ref _underWay, -events);
        }
    }

    private static Problem Overloaded(string detail, int pause) => new(ProblemType.Overloaded, detail) { RetryAfter = pause };

    /// <summary>Whether the lag was too long when the backlog was read. The events that waited then may be processed by now.</summary>
    private bool IsLate(Look seen) =>
        _limits.MaxLag > TimeSpan.Zero && seen.Backlog.Events >= MinimumBacklog && seen.Backlog.Oldest is { } oldest
            && seen.At - oldest > _limits.MaxLag;

    /// <summary>Reads the backlog.</summary>
    internal async Task LookAsync()
    {
        try
        {
            // The read may not see the events that are being appended.
            Interlocked.Exchange(ref _since, Interlocked.Read(ref _underWay));
            Volatile.Write(ref _seen, new Look(await lanes.BacklogAsync(CancellationToken.None), time.GetUtcNow()));
        }
        catch (Exception failure)
            when (failure is StoreUnavailableException or DbException or ObjectDisposedException or InvalidOperationException)
        {
            // No check here: the append itself fails when the store is down.
        }
        finally
        {
            Volatile.Write(ref _seenAt, time.GetTimestamp());
            Volatile.Write(ref _looking, 0);
        }
    }

    private sealed record Look(LaneBacklog Backlog, DateTimeOffset At);
}
