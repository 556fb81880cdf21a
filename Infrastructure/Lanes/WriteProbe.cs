using System.Data.Common;
using Dapper;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Lanes;

/// <summary>Whether the database and the lane table take writes.</summary>
public enum StoreHealth : byte
{
    Reachable,

    /// <summary>It can be read; a write has failed (disk full, read-only).</summary>
    Unwritable,

    /// <summary>Its file is damaged, as a read or write has found.</summary>
    Malformed,

    /// <summary>It cannot be read either.</summary>
    Unreachable,
}

/// <summary>What a check has found.</summary>
public sealed record StoreHealths(StoreHealth Database, StoreHealth Lanes);

/// <summary>
/// Finds out whether the database and the lane table can be written by writing 64 KiB to each, at most every five seconds, however often it
/// is asked. A check that takes longer than two seconds, behind a writer that is busy, is not waited for: what the one before has found
/// stands until it ends.
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

    /// <summary>What the newest check has found; begins one where that is more than five seconds ago.</summary>
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

    /// <summary>Damage that was found since the check counts too.</summary>
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

    /// <summary>Reading finds what a writer does not notice: that its file is gone.</summary>
    private async Task ProbeLanesAsync()
    {
        await lanes.ProbeAsync(CancellationToken.None);
        await lanes.BacklogAsync(CancellationToken.None);
    }

    /// <summary>A writer that is busy is no failure, but a store that has failed before and answers no read has failed still.</summary>
    private async Task<StoreHealth> AfterPatienceAsync(StoreHealth? before, CancellationToken cancellation) =>
        await CanReadAsync(cancellation) ? before ?? StoreHealth.Reachable : StoreHealth.Unreachable;

    private Task WriteAsync()
    {
        var bytes = new byte[ProbeBytes];
        // Other bytes each time: SQLite does not write what has not changed.
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
