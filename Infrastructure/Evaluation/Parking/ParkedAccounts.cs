using System.Data;
using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Evaluation.Parking;

/// <summary>A parked account.</summary>
public sealed record ParkedAccount
{
    public string AccountId { get; init; } = "";

    public DateTimeOffset ParkedAt { get; init; }

    public string Error { get; init; } = "";

    /// <summary>Size of the stored figures in bytes.</summary>
    public long Bytes { get; init; }
}

/// <summary>
/// Parks accounts whose state cannot be used. Their events go to the event log and are folded when the account is rebuilt. Every batch with
/// such events raises the version of the state, so that a rebuild that has already started applies them too.
/// </summary>
public sealed class ParkedAccounts(IDatabase database, ParkedAccountSignal signal, TimeProvider time, ILogger<ParkedAccounts> logger)
{
    private static readonly SqlText Park = new(
        """
        UPDATE account_states SET version = version + 1, due_at = NULL, parked_at = COALESCE(parked_at, @Now),
            parked_error = COALESCE(parked_error, r.value ->> 'error'),
            parked_format = CASE WHEN parked_at IS NULL THEN r.value ->> 'format' ELSE parked_format END
        FROM json_each(@Rows) AS r
        WHERE account_states.account_id = r.value ->> 'id' AND account_states.version = r.value ->> 'version'
        """,
        """
        UPDATE account_states SET version = account_states.version + 1, due_at = NULL, parked_at = COALESCE(parked_at, @Now),
            parked_error = COALESCE(parked_error, r.error),
            parked_format = CASE WHEN parked_at IS NULL THEN r.format ELSE parked_format END
        FROM account_states, OPENJSON(@Rows) WITH (id nvarchar(128), version bigint, error nvarchar(400), format bigint) AS r
        WHERE account_states.account_id = r.id COLLATE Latin1_General_100_BIN2 AND account_states.version = r.version
        """);

    private static readonly SqlText Release = new(
        """
        UPDATE account_states SET parked_at = NULL, parked_error = NULL, parked_format = NULL
        WHERE account_id IN (SELECT value FROM json_each(@Ids)) AND parked_at IS NOT NULL
        """,
        """
        UPDATE account_states SET parked_at = NULL, parked_error = NULL, parked_format = NULL
        WHERE account_id IN (SELECT v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$'))
            AND parked_at IS NOT NULL
        """);

    private const string Leave = """
        UPDATE account_states SET parked_at = COALESCE(parked_at, @Now), parked_error = @Error, parked_format = NULL, due_at = NULL,
            version = version + 1 WHERE account_id = @Id
        """;

    private const string Columns = " account_id AS AccountId, parked_at AS ParkedAt, parked_error AS Error, ";

    private const string Page = """
         FROM account_states
        WHERE parked_at IS NOT NULL AND parked_at <= @At AND (parked_at < @At OR @After IS NULL OR account_id < @After)
            AND (@AccountId IS NULL OR account_id = @AccountId)
        ORDER BY parked_at DESC, account_id DESC
        """;

    private static readonly SqlText SelectPage = new(
        "SELECT" + Columns + "LENGTH(figures) AS Bytes" + Page + " LIMIT @Limit",
        "SELECT TOP (@Limit)" + Columns + "DATALENGTH(figures) AS Bytes" + Page);

    private static readonly SqlText SelectRebuildable = new(
        "SELECT account_id FROM account_states WHERE parked_at IS NOT NULL AND parked_format <= @Format ORDER BY parked_at LIMIT @Limit",
        "SELECT TOP (@Limit) account_id FROM account_states WHERE parked_at IS NOT NULL AND parked_format <= @Format ORDER BY parked_at");

    private const string CountAll = "SELECT COUNT(*) FROM account_states WHERE parked_at IS NOT NULL";

    public Task<long> CountAsync(CancellationToken cancellation) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(CountAll), cancellation);

    /// <summary>Newest first.</summary>
    /// <param name="at">The instant at which the previous page ended.</param>
    /// <param name="after">The last account of the previous page at that instant; null for all accounts of that instant.</param>
    public async Task<IReadOnlyList<ParkedAccount>> ListAsync(
        string? accountId, DateTimeOffset at, string? after, int limit, CancellationToken cancellation)
    {
        var parameters = new { AccountId = accountId, At = at, After = after, Limit = limit };
        return [
            .. await database.ReadAsync(
                connection => connection.QueryAsync<ParkedAccount>(SelectPage.For(connection), parameters), cancellation)];
    }

    /// <summary>Parks an account that fails unexpectedly, until an operator retries it.</summary>
    public async Task LeaveAsync(string accountId, Exception failure, CancellationToken cancellation)
    {
        logger.LogError(failure, "Parked account {Account}, which fails unexpectedly; its events stay in the event log", accountId);
        var parameters = new { Id = accountId, Now = time.GetUtcNow(), Error = AccountFault.Failing.Reason };
        await database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Leave, parameters, transaction), cancellation);
    }

    /// <summary>
    /// Parks accounts with a fault. Where an account is already parked, only its version rises, which marks that it has new events.
    /// </summary>
    /// <exception cref="DBConcurrencyException">
    /// Another writer has changed one of the accounts; run the whole transaction again.
    /// </exception>
    internal async Task ParkAsync(DbTransaction transaction, IReadOnlyCollection<AccountRecord> records)
    {
        if (records.Count == 0) return;
        var connection = transaction.Connection!;
        var rows = records.Select(record => new { record.Account.Id, record.Version, Error = record.Fault!.Reason, record.Fault.Format });
        var parked = await connection.ExecuteAsync(
            Park.For(connection), new { Rows = JsonRows.Of(connection, rows), Now = time.GetUtcNow() }, transaction);
        if (parked != records.Count) throw new DBConcurrencyException("An account's state changed since it was loaded.");
    }

    /// <summary>Logs the newly parked accounts and wakes the rebuilder. Call this once the transaction is committed.</summary>
    internal void Committed(IReadOnlyCollection<AccountRecord> records)
    {
        foreach (var record in records.Where(record => !record.Fault!.IsStored))
        {
            logger.LogError(
                "Parked account {Account}; its events stay in the event log. {Reason}", record.Account.Id, record.Fault!.Reason);
        }

        if (records.Any(record => record.Fault!.Format is not null)) signal.Set();
    }

    /// <summary>Unparks accounts that were rebuilt in this transaction.</summary>
    internal static Task ReleaseAsync(DbTransaction transaction, IEnumerable<string> accountIds)
    {
        var connection = transaction.Connection!;
        return connection.ExecuteAsync(Release.For(connection), new { Ids = JsonRows.Of(connection, accountIds) }, transaction);
    }

    /// <summary>Parked accounts that a process which knows this format of figures rebuilds by itself, oldest first.</summary>
    internal async Task<IReadOnlyList<string>> RebuildableAsync(int format, int limit, CancellationToken cancellation) =>
        [.. await database.ReadAsync(
            connection => connection.QueryAsync<string>(SelectRebuildable.For(connection), new { Format = format, Limit = limit }),
                cancellation)];
}
