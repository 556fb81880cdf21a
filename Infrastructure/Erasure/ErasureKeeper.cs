using Dapper;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Erasure;

/// <summary>
/// Finishes erasures whose process has died, deletes the markers that workers have received, and sends markers again that no worker has
/// received for ten minutes, because a broker that has lost a queue has lost its markers too.
/// </summary>
internal sealed class ErasureKeeper(
    IDatabase database, AccountRemoval removal, ILaneTransport lanes, TimeProvider time, ILogger<ErasureKeeper> logger)
{
    private const string SelectMarked = "SELECT account_id AS AccountId, markers AS Markers FROM erasures WHERE markers IS NOT NULL";

    private const string Forget = "UPDATE erasures SET markers = NULL WHERE account_id = @AccountId AND markers = @Markers";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>For each tombstone's markers, the stopwatch time since which this process waits for them.</summary>
    private readonly Dictionary<string, long> _waiting = new(StringComparer.Ordinal);
    private HashSet<string> _unfinished = [];

    /// <summary>The number of erasures whose markers have not been received yet.</summary>
    internal int Waiting => _waiting.Count;

    /// <summary>
    /// Checks all erasures once. Finishes those that were already unfinished at the previous check; another process may be working on the
    /// same account, which does no harm.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Call again later.</exception>
    public async Task LookAsync(CancellationToken cancellation)
    {
        var unfinished = await removal.ListUnfinishedAsync(cancellation);
        foreach (var id in unfinished.Where(_unfinished.Contains))
        {
            logger.LogInformation("Finishing an erasure that has not been finished since the last check");
            await removal.FinishAsync(id, cancellation);
        }

        _unfinished = [.. unfinished];
        var marked = (await database.ReadAsync(connection => connection.QueryAsync<MarkedRow>(SelectMarked), cancellation)).AsList();
        // Another process may have deleted the markers, or the erasure may have been pruned or replaced by a newer one.
        foreach (var gone in _waiting.Keys.Except(marked.Select(row => row.Markers)).ToList()) _waiting.Remove(gone);
        foreach (var row in marked) await LookAsync(row, cancellation);
    }

    private async Task LookAsync(MarkedRow row, CancellationToken cancellation)
    {
        var markers = Tombstone.FromColumn(row.Markers);
        var met = await database.ReadAsync(
            connection => LaneInbox.FindAsync(connection, null, [.. markers.Select(marker => marker.Id)]), cancellation);
        LaneMarker[] missing = [.. markers.Where(marker => !met.Contains(marker.Id))];
        if (missing.Length == 0)
        {
            _waiting.Remove(row.Markers);
            await database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Forget, row, transaction), cancellation);
        }
        else if (!_waiting.TryGetValue(row.Markers, out var since) || time.GetElapsedTime(since) >= Patience)
        {
            if (since != 0) await lanes.RepeatAsync(missing, cancellation);
            _waiting[row.Markers] = time.GetTimestamp();
        }
    }

    private sealed record MarkedRow
    {
        public string AccountId { get; init; } = "";

        public string Markers { get; init; } = "";
    }
}
