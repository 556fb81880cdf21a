using System.Data.Common;
using Dapper;
using HealthApi.Core.Accounts;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>Writes the accounts' ids in other systems to a table of their own, by which an account can be looked up.</summary>
internal static class ExternalIds
{
    private static readonly SqlText Replace = new(
        """
        DELETE FROM account_external_ids WHERE account_id IN (SELECT value FROM json_each(@Ids));
        INSERT INTO account_external_ids (system, external_id, account_id)
        SELECT r.value ->> 'system', r.value ->> 'externalId', r.value ->> 'accountId' FROM json_each(@Rows) AS r;
        """,
        """
        DELETE FROM account_external_ids WHERE account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids)
            WITH (v nvarchar(128) '$') AS j);
        INSERT INTO account_external_ids (system, external_id, account_id)
        SELECT r.system, r.externalId, r.accountId FROM OPENJSON(@Rows) WITH (system nvarchar(128),
            externalId nvarchar(128) '$.externalId', accountId nvarchar(128) '$.accountId') AS r;
        """);

    /// <summary>Replaces the external ids of the accounts.</summary>
    /// <param name="transaction">The transaction that writes the profiles.</param>
    /// <param name="ids">The accounts' ids, as a JSON array.</param>
    /// <param name="accounts">The accounts as they are written.</param>
    public static Task SaveAsync(DbTransaction transaction, string ids, IEnumerable<Account> accounts)
    {
        var connection = transaction.Connection!;
        var rows = accounts.SelectMany(
            account => account.ExternalIds.Select(pair => new { System = pair.Key, ExternalId = pair.Value, AccountId = account.Id }));
        return connection.ExecuteAsync(Replace.For(connection), new { Ids = ids, Rows = JsonRows.Of(connection, rows) }, transaction);
    }
}
