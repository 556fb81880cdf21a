using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// The mark of accounts of which what is known disagrees: a column that seldom changes, and is written only where it does.
/// </summary>
internal static class EvaluationMarks
{
    private static readonly SqlText Mark = new(
        """
        UPDATE account_states SET disagrees = @Disagrees WHERE account_id IN (SELECT value FROM json_each(@Ids)) AND disagrees <> @Disagrees
        """,
        """
        UPDATE account_states SET disagrees = @Disagrees
        WHERE account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)
            AND disagrees <> @Disagrees
        """);

    /// <summary>Marks the accounts whose mark has changed.</summary>
    public static Task WriteAsync(DbTransaction transaction, IEnumerable<AccountChange> changes) =>
        WriteAllAsync(transaction, changes.Where(change => change.Before.Memory.Disagrees != change.Evaluation.Memory.Disagrees));

    /// <summary>Puts the mark on each of the accounts or takes it away, whatever was there before.</summary>
    public static async Task WriteAllAsync(DbTransaction transaction, IEnumerable<AccountChange> changes)
    {
        var connection = transaction.Connection!;
        foreach (var group in changes.GroupBy(change => change.Evaluation.Memory.Disagrees))
        {
            var parameters = new { Disagrees = group.Key, Ids = JsonRows.Of(connection, group.Select(change => change.Before.Account.Id)) };
            await connection.ExecuteAsync(Mark.For(connection), parameters, transaction);
        }
    }
}
