using System.Data.Common;
using Dapper;
using HealthApi.Core.History;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Events;

/// <summary>
/// Moves events from the log into the baselines of their accounts, one transaction per chunk, so that a fold of baseline and log has each
/// event once. The identities of the moved events are not needed any more: events that old are rejected on arrival, and a repeat that is
/// still in a lane changes no signal, because it is older than every window.
/// </summary>
internal static class EventPruning
{
    // An account's state row is its lock, so this waits for an erasure or for another process that prunes the account.
    private static readonly SqlText LockAccounts = new(
        "SELECT account_id FROM account_states WHERE account_id IN (SELECT j.value FROM json_each(@Ids) AS j)",
        """
        SELECT account_id FROM account_states WITH (UPDLOCK, ROWLOCK)
        WHERE account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j) AND version > 0
        """);

    // The oldest events of an account are moved first, so that after each chunk the log has no gaps, as with an earlier cutoff.
    private static readonly SqlText DeleteEvents = new(
        """
        DELETE FROM events WHERE seq IN (
            SELECT e.seq FROM events AS e
            WHERE e.account_id IN (SELECT j.value FROM json_each(@Ids) AS j) AND e.occurred_at < @Cutoff
            ORDER BY e.account_id, e.occurred_at LIMIT @Limit)
        RETURNING seq AS Seq, account_id AS AccountId, source AS Source, id AS Id, type AS Type, occurred_at AS OccurredAt,
            received_at AS ReceivedAt, data AS Data
        """,
        """
        DELETE FROM events
        OUTPUT deleted.seq AS Seq, deleted.account_id AS AccountId, deleted.source AS Source, deleted.id AS Id, deleted.type AS Type,
            deleted.occurred_at AS OccurredAt,
            deleted.received_at AS ReceivedAt, deleted.data AS Data
        WHERE seq IN (
            SELECT TOP (@Limit) e.seq FROM events AS e
            WHERE e.account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)
                AND e.occurred_at < @Cutoff
            ORDER BY e.account_id, e.occurred_at)
        """);

    /// <summary>Moves one chunk.</summary>
    /// <returns>The number of events that were moved.</returns>
    public static async Task<int> ChunkAsync(
        DbTransaction transaction, IReadOnlyCollection<string> accountIds, DateTimeOffset cutoff, int limit)
    {
        var connection = transaction.Connection!;
        var present = await connection.QueryAsync<string>(
            LockAccounts.For(connection), new { Ids = JsonRows.Of(connection, accountIds) }, transaction);
        var parameters = new { Ids = JsonRows.Of(connection, present), Cutoff = cutoff, Limit = limit };
        var deleted = (await connection.QueryAsync<LoggedEvents.EventRow>(DeleteEvents.For(connection), parameters, transaction)).AsList();
        foreach (var account in deleted.GroupBy(row => row.AccountId, StringComparer.Ordinal))
        {
            var before = await AccountBaselines.FindAsync(connection, transaction, account.Key);
            var after = AccountBaseline.Extend(before?.Baseline, [.. account.Select(row => row.ToStored().Logged)], cutoff);
            await AccountBaselines.ReplaceAsync(transaction, account.Key, before, after);
            await AccountCheckpoints.FollowAsync(transaction, account.Key, before, after.Horizon, account.Max(row => row.Seq));
        }

        return deleted.Count;
    }
}
