using System.Data.Common;
using HealthApi.Api.Problems;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Limits;

/// <summary>
/// Refuses events while too many wait in the lanes of all processes, in the store and in the broker (<see cref="LimitOptions.Backlog"/>),
/// or while the oldest has waited too long (<see cref="LimitOptions.MaxLag"/>). Incoming requests trigger reads of the backlog in the
/// background. The events admitted since the last read are added, so that the bound also holds between two reads.
/// </summary>
internal sealed class Admission(ILaneTransport lanes, IOptions<LimitOptions> options, TimeProvider time)
{
    /// <summary>With fewer waiting events the lag is not checked: a worker catches up with them in a moment.</summary>
    private const long MinimumBacklog = 20_000;

    private const int BacklogPause = 5, LagPause = 1;

    private readonly LimitOptions _limits = options.Value;
    private Reading _reading = new(new LaneBacklog(0, null), DateTimeOffset.MinValue);
    private long _readAt, _addedSince, _appending;
    private int _isReading;

    /// <summary>Null if events are admitted; otherwise a 503 that says when to try again.</summary>
    public Problem? Refusal()
    {
        if (time.GetElapsedTime(Volatile.Read(ref _readAt)) >= lanes.BacklogFreshness && Interlocked.Exchange(ref _isReading, 1) == 0)
            _ = Task.Run(ReadBacklogAsync);
        var reading = Volatile.Read(ref _reading);
        if (_limits.Backlog > 0 && reading.Backlog.Events + Interlocked.Read(ref _addedSince) >= _limits.Backlog)
            return Overloaded("Too many events wait to be processed.", BacklogPause);
        return IsLate(reading) ? Overloaded("Processing is behind.", LagPause) : null;
    }

    /// <summary>Counts events that were appended to the lanes.</summary>
    public void Count(int events) => Interlocked.Add(ref _addedSince, events);

    /// <summary>Counts events while they are being appended; completes with the append.</summary>
    public async Task CountAsync(int events, Task appending)
    {
        Interlocked.Add(ref _appending, events);
        Count(events);
        try
        {
            await appending;
        }
        finally
        {
            Interlocked.Add(ref _appending, -events);
        }
    }

    private static Problem Overloaded(string detail, int pause) => new(ProblemType.Overloaded, detail) { RetryAfter = pause };

    /// <summary>Whether the lag was too long when the backlog was read. The events that waited then may be processed by now.</summary>
    private bool IsLate(Reading reading) =>
        _limits.MaxLag > TimeSpan.Zero && reading.Backlog.Events >= MinimumBacklog && reading.Backlog.Oldest is { } oldest
            && reading.At - oldest > _limits.MaxLag;

    /// <summary>Reads the backlog; if that fails, the previous numbers stay.</summary>
    internal async Task ReadBacklogAsync()
    {
        try
        {
            // The read may not see the events that are being appended.
            Interlocked.Exchange(ref _addedSince, Interlocked.Read(ref _appending));
            Volatile.Write(ref _reading, new Reading(await lanes.BacklogAsync(CancellationToken.None), time.GetUtcNow()));
        }
        catch (Exception failure)
            when (failure is StoreUnavailableException or DbException or ObjectDisposedException or InvalidOperationException)
        {
            // No check here: the append itself fails when the store is down.
        }
        finally
        {
            Volatile.Write(ref _readAt, time.GetTimestamp());
            Volatile.Write(ref _isReading, 0);
        }
    }

    private sealed record Reading(LaneBacklog Backlog, DateTimeOffset At);
}
