using System.Data.Common;
using Dapper;
using HealthApi.Core.Accounts;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>The names that other systems have for accounts, kept beside the profiles so that they can be looked up.</summary>
internal static class ExternalIds
{
    private const string Delete = "DELETE FROM account_external_ids WHERE account_id = @Id";

    private const string Insert = "INSERT INTO account_external_ids (system, external_id, account_id) VALUES (@System, @ExternalId, @Id)";

    // What was told of the account before anybody claimed it goes with the account.
    private const string Erase = """
        DELETE FROM integration_payloads WHERE reference = @Id OR EXISTS (
            SELECT 1 FROM account_external_ids AS x
            WHERE x.account_id = @Id AND x.system = integration_payloads.system AND x.external_id = integration_payloads.reference)
        """;

    public static async Task SaveAsync(DbTransaction transaction, Account account)
    {
        var connection = transaction.Connection!;
        await connection.ExecuteAsync(Delete, new { account.Id }, transaction);
        await connection.ExecuteAsync(Insert, account.ExternalIds.Select(pair => new { System = pair.Key, ExternalId = pair.Value, account.Id }), transaction);
    }

    /// <summary>Comes before the account itself goes.</summary>
    public static Task EraseAsync(DbTransaction transaction, string accountId) => transaction.Connection!.ExecuteAsync(Erase, new { Id = accountId }, transaction);
}
