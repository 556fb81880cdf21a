using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Alerts;

/// <summary>
/// Copies what listings filter and sort by from accounts to their alerts: owner, segment and ARR. Resolved alerts keep what they had.
/// </summary>
internal static class AlertProfiles
{
    private static readonly SqlText Refresh = new(
        """
        UPDATE alerts INDEXED BY ix_alerts_of_account
        SET owner = COALESCE(assigned_owner, c.owner), segment = c.segment, arr = COALESCE(c.arr, 0)
        FROM json_each(@Ids) AS i CROSS JOIN accounts AS c ON c.id = i.value
        WHERE alerts.account_id = c.id AND alerts.status <> 'resolved'
            AND (alerts.owner IS NOT COALESCE(alerts.assigned_owner, c.owner) OR alerts.segment <> c.segment
                OR alerts.arr <> COALESCE(c.arr, 0))
        """,
        """
        UPDATE a SET owner = COALESCE(a.assigned_owner, c.owner), segment = c.segment, arr = COALESCE(c.arr, 0)
        FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS i
        JOIN accounts AS c ON c.id = i.v COLLATE Latin1_General_100_BIN2
        JOIN alerts AS a ON a.account_id = c.id
        WHERE a.status <> 'resolved'
            AND (ISNULL(a.owner, '') <> ISNULL(COALESCE(a.assigned_owner, c.owner), '') OR a.segment <> c.segment
                OR a.arr <> COALESCE(c.arr, 0))
        """);

    /// <summary>Writes only alerts of which something differs.</summary>
    /// <param name="accountIds">Accounts with an open alert, which the transaction has locked.</param>
    public static Task RefreshAsync(DbTransaction transaction, IReadOnlyCollection<string> accountIds)
    {
        if (accountIds.Count == 0) return Task.CompletedTask;
        var connection = transaction.Connection!;
        return connection.ExecuteAsync(Refresh.For(connection), new { Ids = JsonRows.Of(connection, accountIds) }, transaction);
    }
}
