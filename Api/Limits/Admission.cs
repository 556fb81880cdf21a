using System.Data.Common;
using HealthApi.Api.Problems;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Limits;

/// <summary>
/// Takes events only as long as what waits in the lanes, store and broker, is bounded (<see cref="LimitOptions.Backlog"/>) and fresh
/// (<see cref="LimitOptions.MaxLag"/>), whichever process works on it. The backlog is looked at while events come, off their way, and what
/// was admitted since is added, so that the bound holds between two looks.
/// </summary>
internal sealed class Admission(ILaneTransport lanes, IOptions<LimitOptions> options, TimeProvider time)
{
    /// <summary>Below this a worker is never more than a moment behind, whatever the age of what waits says.</summary>
    private const long MinimumBacklog = 20_000;

    private const int BacklogPause = 5, LagPause = 1;

    private readonly LimitOptions _limits = options.Value;
    private Look _seen = new(new LaneBacklog(0, null), DateTimeOffset.MinValue);
    private long _seenAt, _since, _underWay;
    private int _looking;

    /// <summary>Null where events may come in; otherwise the 503 that says when to try again.</summary>
    public Problem? Refusal()
    {
        if (time.GetElapsedTime(Volatile.Read(ref _seenAt)) >= lanes.BacklogFreshness && Interlocked.Exchange(ref _looking, 1) == 0)
            _ = Task.Run(LookAsync);
        var seen = Volatile.Read(ref _seen);
        if (_limits.Backlog > 0 && seen.Backlog.Events + Interlocked.Read(ref _since) >= _limits.Backlog)
            return Overloaded("Too many events wait to be processed.", BacklogPause);
        return IsLate(seen) ? Overloaded("Processing is behind.", LagPause) : null;
    }

    /// <summary>So many more wait now.</summary>
    public void Count(int events) => Interlocked.Add(ref _since, events);

    /// <summary>So many more are being appended and will wait; ends as the appending does.</summary>
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

    /// <summary>At the time of the look: what waited then may be processed by now.</summary>
    private bool IsLate(Look seen) =>
        _limits.MaxLag > TimeSpan.Zero && seen.Backlog.Events >= MinimumBacklog && seen.Backlog.Oldest is { } oldest
            && seen.At - oldest > _limits.MaxLag;

    /// <summary>Looks at what waits, now.</summary>
    internal async Task LookAsync()
    {
        try
        {
            // What is being appended may not be seen yet.
            Interlocked.Exchange(ref _since, Interlocked.Read(ref _underWay));
            Volatile.Write(ref _seen, new Look(await lanes.BacklogAsync(CancellationToken.None), time.GetUtcNow()));
        }
        catch (Exception failure)
            when (failure is StoreUnavailableException or DbException or ObjectDisposedException or InvalidOperationException)
        {
            // Whether events can be kept is told by keeping them.
        }
        finally
        {
            Volatile.Write(ref _seenAt, time.GetTimestamp());
            Volatile.Write(ref _looking, 0);
        }
    }

    private sealed record Look(LaneBacklog Backlog, DateTimeOffset At);
}
