using System.Data;
using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Evaluation.Parking;

/// <summary>An account that is set apart.</summary>
public sealed record ParkedAccount
{
    public string AccountId { get; init; } = "";

    public DateTimeOffset ParkedAt { get; init; }

    public string Error { get; init; } = "";

    /// <summary>Size of its figures.</summary>
    public long Bytes { get; init; }
}

/// <summary>
/// Accounts that are set apart, since their state cannot be used: what comes for them goes to the event log and is folded when they are
/// rebuilt from it. Every such step raises the state's version, so that a rebuild under way applies the new events too.
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

    /// <summary>The newest first.</summary>
    /// <param name="at">Where the page before ended.</param>
    /// <param name="after">Its last account at that instant; null for all of that instant.</param>
    public async Task<IReadOnlyList<ParkedAccount>> ListAsync(
        string? accountId, DateTimeOffset at, string? after, int limit, CancellationToken cancellation)
    {
        var parameters = new { AccountId = accountId, At = at, After = after, Limit = limit };
        return [
            .. await database.ReadAsync(
                connection => connection.QueryAsync<ParkedAccount>(SelectPage.For(connection), parameters), cancellation)];
    }

    /// <summary>Leaves the account, which fails unexpectedly, to an operator.</summary>
    public async Task LeaveAsync(string accountId, Exception failure, CancellationToken cancellation)
    {
        logger.LogError(failure, "Account {Account} fails and is set apart; its events wait in the event log", accountId);
        var parameters = new { Id = accountId, Now = time.GetUtcNow(), Error = AccountFault.Failing.Reason };
        await database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Leave, parameters, transaction), cancellation);
    }

    /// <summary>Sets accounts with a fault apart, and notes of those that are apart already that events have come.</summary>
    /// <exception cref="DBConcurrencyException">Another writer was faster; run the whole transaction again.</exception>
    internal async Task ParkAsync(DbTransaction transaction, IReadOnlyCollection<AccountRecord> records)
    {
        if (records.Count == 0) return;
        var connection = transaction.Connection!;
        var rows = records.Select(record => new { record.Account.Id, record.Version, Error = record.Fault!.Reason, record.Fault.Format });
        var parked = await connection.ExecuteAsync(
            Park.For(connection), new { Rows = JsonRows.Of(connection, rows), Now = time.GetUtcNow() }, transaction);
        if (parked != records.Count) throw new DBConcurrencyException("An account's state changed since it was loaded.");
    }

    /// <summary>To be called once the transaction is committed.</summary>
    internal void Committed(IReadOnlyCollection<AccountRecord> records)
    {
        foreach (var record in records.Where(record => !record.Fault!.IsStored))
            logger.LogError(
                "Account {Account} is set apart and its events wait in the event log: {Reason}", record.Account.Id, record.Fault!.Reason);

        if (records.Any(record => record.Fault!.Format is not null)) signal.Set();
    }

    /// <summary>The accounts have been rebuilt in this transaction.</summary>
    internal static Task ReleaseAsync(DbTransaction transaction, IEnumerable<string> accountIds)
    {
        var connection = transaction.Connection!;
        return connection.ExecuteAsync(Release.For(connection), new { Ids = JsonRows.Of(connection, accountIds) }, transaction);
    }

    /// <summary>Accounts that a process which knows this format of figures rebuilds unasked, the oldest first.</summary>
    internal async Task<IReadOnlyList<string>> RebuildableAsync(int format, int limit, CancellationToken cancellation) =>
        [.. await database.ReadAsync(
            connection => connection.QueryAsync<string>(SelectRebuildable.For(connection), new { Format = format, Limit = limit }),
                cancellation)];
}
