using System.Data.Common;
using Dapper;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Lanes;

/// <summary>Whether the database and the lane table take writes.</summary>
public enum StoreHealth : byte
{
    Reachable,

    /// <summary>It can be read, but a write failed (disk full, read-only).</summary>
    Unwritable,

    /// <summary>A read or a write found its file damaged.</summary>
    Malformed,

    /// <summary>It can be neither read nor written.</summary>
    Unreachable,
}

/// <summary>The result of one check.</summary>
public sealed record StoreHealths(StoreHealth Database, StoreHealth Lanes);

/// <summary>
/// Checks whether the database and the lane table can be written, by writing 64 KiB to each, at most every five seconds, however often it
/// is called. A check that takes longer than two seconds, for example behind a busy writer, is not awaited; until it ends, the result of
/// the previous check is returned.
/// </summary>
public sealed class WriteProbe(IDatabase database, ILaneTable lanes, TimeProvider time)
{
    private const int ProbeBytes = 64 * 1024;

    private const string Write = "UPDATE store_probe SET written_at = @Now, bytes = @Bytes WHERE id = 1";

    private const string Read = "SELECT COUNT(*) FROM settings";

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5), Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task<StoreHealths>? _running;
    private StoreHealths? _last;
    private long _at;

    /// <summary>Returns the result of the newest check; starts a check where that result is more than five seconds old.</summary>
    public async Task<StoreHealths> CheckAsync(CancellationToken cancellation)
    {
        Task<StoreHealths> running;
        lock (_lock)
        {
            if (_last is { } fresh && time.GetElapsedTime(_at) < Freshness) return Now(fresh);
            if (_running is null or { IsCompleted: true }) _running = Task.Run(RunAsync, CancellationToken.None);
            running = _running;
        }

        try
        {
            return Now(await running.WaitAsync(Patience, time, cancellation));
        }
        catch (TimeoutException)
        {
            return Now(new StoreHealths(await AfterPatienceAsync(_last?.Database, cancellation), _last?.Lanes ?? StoreHealth.Reachable));
        }
    }

    /// <summary>Adds damage that was found since the check.</summary>
    private StoreHealths Now(StoreHealths seen) => new(
        database.Damage is null ? seen.Database : StoreHealth.Malformed, lanes.Damage is null ? seen.Lanes : StoreHealth.Malformed);

    private async Task<StoreHealths> RunAsync()
    {
        var found = new StoreHealths(await CheckAsync(WriteAsync), await CheckAsync(ProbeLanesAsync));
        lock (_lock) (_last, _at) = (found, time.GetTimestamp());
        return found;
    }

    private async Task<StoreHealth> CheckAsync(Func<Task> write)
    {
        try
        {
            await write();
            return StoreHealth.Reachable;
        }
        catch (Exception failure) when (failure is StoreUnavailableException or DbException)
        {
            return await CanReadAsync(CancellationToken.None) ? StoreHealth.Unwritable : StoreHealth.Unreachable;
        }
    }

    /// <summary>Reads too, because a writer does not notice that its file was deleted.</summary>
    private async Task ProbeLanesAsync()
    {
        await lanes.ProbeAsync(CancellationToken.None);
        await lanes.BacklogAsync(CancellationToken.None);
    }

    /// <summary>
    /// A busy writer is not a failure: while reads succeed, the previous result is returned. Otherwise the store is unreachable.
    /// </summary>
    private async Task<StoreHealth> AfterPatienceAsync(StoreHealth? before, CancellationToken cancellation) =>
        await CanReadAsync(cancellation) ? before ?? StoreHealth.Reachable : StoreHealth.Unreachable;

    private Task WriteAsync()
    {
        var bytes = new byte[ProbeBytes];
        // Random bytes each time: SQLite does not write pages that have not changed.
        Random.Shared.NextBytes(bytes);
        var row = new { Now = Instant.Truncate(time.GetUtcNow()), Bytes = bytes };
        return database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Write, row, transaction), CancellationToken.None);
    }

    private async Task<bool> CanReadAsync(CancellationToken cancellation)
    {
        try
        {
            await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(Read), cancellation);
            return true;
        }
        catch (Exception failure) when (failure is StoreUnavailableException or DbException)
        {
            return false;
        }
    }
}
