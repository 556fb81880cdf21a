using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// Maintains <c>account_states.disagrees</c>. The column seldom changes, so it is written only where it does.
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

    /// <summary>Writes the mark of the accounts whose mark has changed.</summary>
    public static Task WriteAsync(DbTransaction transaction, IEnumerable<AccountChange> changes) =>
        WriteAllAsync(transaction, changes.Where(change => change.Before.Memory.Disagrees != change.Evaluation.Memory.Disagrees));

    /// <summary>Writes the mark of all accounts, whatever they had before.</summary>
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
