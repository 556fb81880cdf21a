using System.Data.Common;
using Dapper;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Retention;

/// <summary>
/// Deletes the data of accounts that is older than an instant: events, whose figures go into the baselines (<see cref="EventPruning"/>),
/// crossings (the memory of thresholds does not depend on them), and the rows of history and profiles that no retained instant needs.
/// </summary>
internal static class AccountPruning
{
    /// <summary>
    /// The largest number of rows that one statement deletes: far below the 5,000 locks at which SQL Server locks the whole table, so
    /// ingestion never waits.
    /// </summary>
    internal const int ChunkSize = 1000;

    // The newest row at or before the cutoff stays, for profiles too: it holds for the days after the cutoff.
    private static readonly SqlText History = new(
        """
        DELETE FROM score_history WHERE (account_id, day) IN (
            SELECT h.account_id, h.day FROM score_history AS h
            WHERE h.account_id IN (SELECT j.value FROM json_each(@Ids) AS j) AND h.day < @CutoffDay
                AND EXISTS (SELECT 1 FROM score_history AS n WHERE n.account_id = h.account_id AND n.day > h.day AND n.day <= @CutoffDay)
            ORDER BY h.account_id, h.day LIMIT @Limit)
        """,
        """
        DELETE score_history FROM score_history, (
            SELECT TOP (@Limit) h.account_id, h.day FROM score_history AS h
            WHERE h.account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)
                AND h.day < @CutoffDay
                AND EXISTS (SELECT 1 FROM score_history AS n WHERE n.account_id = h.account_id AND n.day > h.day AND n.day <= @CutoffDay)
            ORDER BY h.account_id, h.day) AS piece
        WHERE score_history.account_id = piece.account_id AND score_history.day = piece.day
        """);

    private static readonly SqlText Crossings = new(
        """
        DELETE FROM crossings WHERE id IN (
            SELECT c.id FROM crossings AS c
            WHERE c.account_id IN (SELECT j.value FROM json_each(@Ids) AS j) AND c.at < @Cutoff
            ORDER BY c.account_id, c.at LIMIT @Limit)
        """,
        """
        DELETE FROM crossings WHERE id IN (
            SELECT TOP (@Limit) c.id FROM crossings AS c
            WHERE c.account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)
                AND c.at < @Cutoff
            ORDER BY c.account_id, c.at)
        """);

    private static readonly SqlText Profiles = new(
        """
        DELETE FROM account_profiles WHERE (account_id, since) IN (
            SELECT p.account_id, p.since FROM account_profiles AS p
            WHERE p.account_id IN (SELECT j.value FROM json_each(@Ids) AS j) AND p.since < @Cutoff
                AND EXISTS (SELECT 1 FROM account_profiles AS n WHERE n.account_id = p.account_id AND n.since > p.since
                    AND n.since <= @Cutoff)
            ORDER BY p.account_id, p.since LIMIT @Limit)
        """,
        """
        DELETE account_profiles FROM account_profiles, (
            SELECT TOP (@Limit) p.account_id, p.since FROM account_profiles AS p
            WHERE p.account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)
                AND p.since < @Cutoff
                AND EXISTS (SELECT 1 FROM account_profiles AS n WHERE n.account_id = p.account_id AND n.since > p.since
                    AND n.since <= @Cutoff)
            ORDER BY p.account_id, p.since) AS piece
        WHERE account_profiles.account_id = piece.account_id AND account_profiles.since = piece.since
        """);

    private static readonly SqlText DatedProfiles = new(
        """
        DELETE FROM dated_profiles WHERE (account_id, since, recorded_at) IN (
            SELECT p.account_id, p.since, p.recorded_at FROM dated_profiles AS p
            WHERE p.account_id IN (SELECT j.value FROM json_each(@Ids) AS j) AND p.since < @Cutoff
                AND EXISTS (SELECT 1 FROM dated_profiles AS n WHERE n.account_id = p.account_id AND n.since > p.since
                    AND n.since <= @Cutoff)
            ORDER BY p.account_id, p.since LIMIT @Limit)
        """,
        """
        DELETE dated_profiles FROM dated_profiles, (
            SELECT TOP (@Limit) p.account_id, p.since, p.recorded_at FROM dated_profiles AS p
            WHERE p.account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)
                AND p.since < @Cutoff
                AND EXISTS (SELECT 1 FROM dated_profiles AS n WHERE n.account_id = p.account_id AND n.since > p.since
                    AND n.since <= @Cutoff)
            ORDER BY p.account_id, p.since) AS piece
        WHERE dated_profiles.account_id = piece.account_id AND dated_profiles.since = piece.since
            AND dated_profiles.recorded_at = piece.recorded_at
        """);

    // The checkpoints before a baseline's horizon are not used any more.
    private static readonly SqlText Checkpoints = new(
        """
        DELETE FROM account_checkpoints WHERE (account_id, horizon) IN (
            SELECT c.account_id, c.horizon FROM account_checkpoints AS c
            WHERE c.account_id IN (SELECT j.value FROM json_each(@Ids) AS j) AND c.horizon < @Cutoff
            ORDER BY c.account_id, c.horizon LIMIT @Limit)
        """,
        """
        DELETE account_checkpoints FROM account_checkpoints, (
            SELECT TOP (@Limit) c.account_id, c.horizon FROM account_checkpoints AS c
            WHERE c.account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)
                AND c.horizon < @Cutoff
            ORDER BY c.account_id, c.horizon) AS piece
        WHERE account_checkpoints.account_id = piece.account_id AND account_checkpoints.horizon = piece.horizon
        """);

    /// <returns>The number of pruned events.</returns>
    public static async Task<long> PruneAsync(
        IDatabase database, IReadOnlyCollection<string> accountIds, DateTimeOffset cutoff, CancellationToken cancellation)
    {
        var events = 0L;
        await Chunks.WriteAsync(
            database,
            ChunkSize,
            transaction => EventPruning.ChunkAsync(transaction, accountIds, cutoff, ChunkSize),
            cancellation,
            written: rows => events += rows);
        (SqlText Table, int Size)[] tables =
        [
            (History, ChunkSize), (Crossings, ChunkSize), (Profiles, ChunkSize), (DatedProfiles, ChunkSize),
            (Checkpoints, AccountCheckpoints.ChunkSize),
        ];
        foreach (var (table, size) in tables)
        {
            await Chunks.WriteAsync(
                database, size, transaction => ChunkAsync(transaction, table, accountIds, cutoff, size), cancellation);
        }

        return events;
    }

    private static Task<int> ChunkAsync(
        DbTransaction transaction, SqlText table, IReadOnlyCollection<string> accountIds, DateTimeOffset cutoff, int limit)
    {
        var connection = transaction.Connection!;
        var parameters = new { Ids = JsonRows.Of(connection, accountIds), Cutoff = cutoff, CutoffDay = cutoff.ToDay(), Limit = limit };
        return connection.ExecuteAsync(table.For(connection), parameters, transaction);
    }
}
