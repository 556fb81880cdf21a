using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Alerts.Simulating;

/// <summary>The simulated alerts of an account.</summary>
public sealed record SimulatedAccount
{
    public string AccountId { get; init; } = "";

    public long Opened { get; init; }

    public long Updated { get; init; }

    public long Resolved { get; init; }
}

/// <summary>
/// The accounts that the results of simulations show. They have a table of their own with a reference to the account, so that they
/// disappear with it.
/// </summary>
public sealed class SimulatedAccounts(IDatabase database)
{
    /// <summary>A simulation of more accounts shows only the noisiest ones.</summary>
    private const int Most = 1_000;

    private const int MostNoisy = 20;

    private const string Select = """
        SELECT account_id AS AccountId, opened AS Opened, updated AS Updated, resolved AS Resolved FROM simulated_accounts
        WHERE job_id = @JobId ORDER BY account_id
        """;

    private static readonly SqlText Insert = new(
        """
        INSERT INTO simulated_accounts (job_id, account_id, opened, updated, resolved)
        SELECT @JobId, a.id, r.value ->> 'opened', r.value ->> 'updated', r.value ->> 'resolved'
        FROM json_each(@Rows) AS r JOIN accounts AS a ON a.id = r.value ->> 'accountId'
        """,
        """
        INSERT INTO simulated_accounts (job_id, account_id, opened, updated, resolved)
        SELECT @JobId, a.id, r.opened, r.updated, r.resolved
        FROM OPENJSON(@Rows) WITH (accountId nvarchar(128) '$.accountId', opened bigint, updated bigint, resolved bigint) AS r
        JOIN accounts AS a ON a.id = r.accountId COLLATE Latin1_General_100_BIN2
        """);

    /// <summary>In the order of their ids; those that were erased meanwhile are left out.</summary>
    public async Task<IReadOnlyList<SimulatedAccount>> ReadAsync(string jobId, CancellationToken cancellation) => [
        .. await database.ReadAsync(
            connection => connection.QueryAsync<SimulatedAccount>(Select, new { JobId = jobId }), cancellation)];

    /// <summary>The 20 accounts with most openings, worsenings and resolutions.</summary>
    public static IEnumerable<SimulatedAccount> Noisiest(IEnumerable<SimulatedAccount> accounts) => accounts
        .Where(account => Sum(account) > 0).OrderByDescending(Sum).ThenBy(account => account.AccountId, StringComparer.Ordinal)
        .Take(MostNoisy);

    /// <summary>Whether all accounts of a simulation of so many are stored, not only the noisiest.</summary>
    public static bool AreAll(long simulated) => simulated <= Most;

    internal static Task WriteAsync(DbTransaction transaction, string jobId, IReadOnlyList<SimulatedAccount> accounts)
    {
        var connection = transaction.Connection!;
        return connection.ExecuteAsync(
            Insert.For(connection), new { JobId = jobId, Rows = JsonRows.Of(connection, accounts) }, transaction);
    }

    private static long Sum(SimulatedAccount account) => account.Opened + account.Updated + account.Resolved;
}
