using System.Data.Common;
using Dapper;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.History;

/// <summary>
/// Makes the newest row of an account's history hold its stored standing. An evaluation writes a row only where the standing moves, so a
/// row that another one has written for the days before, or for a day ahead, would otherwise stay the newest.
/// </summary>
internal static class NewestRow
{
    private const string Standings = """
        INSERT INTO score_history (account_id, day, at, score, category, risk_score, risk_level)
        SELECT s.account_id, @Day, @At, s.score, s.category, s.risk_score, s.risk_level
        FROM account_states AS s
        """ + " ";

    private const string Differing = """
         AND s.evaluated_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM score_history AS h WHERE h.account_id = s.account_id AND h.day >= @Day)
            AND NOT EXISTS (
                SELECT 1 FROM score_history AS h
                WHERE h.account_id = s.account_id
                    AND h.day = (SELECT MAX(n.day) FROM score_history AS n WHERE n.account_id = s.account_id)
                    AND (h.score = s.score OR (h.score IS NULL AND s.score IS NULL)) AND h.category = s.category
                    AND h.risk_score = s.risk_score AND h.risk_level = s.risk_level)
        """;

    private static readonly SqlText Add = new(
        Standings + "WHERE s.account_id IN (SELECT value FROM json_each(@Ids))" + Differing,
        Standings
            + "WHERE s.account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)"
            + Differing);

    private static readonly SqlText DeleteAhead = new(
        "DELETE FROM score_history WHERE account_id IN (SELECT value FROM json_each(@Ids)) AND day > @Day",
        """
        DELETE FROM score_history
        WHERE account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j) AND day > @Day
        """);

    /// <summary>Adds a row of the instant's day for those accounts whose newest row holds another standing than the stored one.</summary>
    public static Task AddAsync(DbTransaction transaction, IReadOnlyCollection<string> accountIds, DateTimeOffset at) =>
        RunAsync(transaction, Add, accountIds, at);

    /// <summary>Removes the rows of later days, which a clock that was ahead has written, and adds the row of the instant's day.</summary>
    public static async Task MendAsync(DbTransaction transaction, IReadOnlyCollection<string> accountIds, DateTimeOffset at)
    {
        await RunAsync(transaction, DeleteAhead, accountIds, at);
        await RunAsync(transaction, Add, accountIds, at);
    }

    private static Task RunAsync(DbTransaction transaction, SqlText sql, IReadOnlyCollection<string> accountIds, DateTimeOffset at)
    {
        var connection = transaction.Connection!;
        if (accountIds.Count == 0) return Task.CompletedTask;
        var parameters = new { Ids = JsonRows.Of(connection, accountIds), Day = at.ToDay(), At = at };
        return connection.ExecuteAsync(sql.For(connection), parameters, transaction);
    }
}
