using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Auditing;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Idempotency;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// Deletes the rows of accounts that are being erased, in chunks so small that other writers do not wait. Every chunk first checks that the
/// account is still being erased. Several processes may therefore work on one account, and another continues when one is killed.
/// </summary>
public sealed class AccountRemoval(IDatabase database, CustomerNames names)
{
    /// <summary>Rows per chunk: takes a few milliseconds, and is far below the 5,000 locks at which SQL Server locks the table.</summary>
    internal const int ChunkSize = 500;

    private static readonly SqlText SelectErasing = new(
        "SELECT account_id FROM erasures WHERE erasing = 1 AND account_id IN (SELECT value FROM json_each(@Ids))",
        "SELECT account_id FROM erasures WHERE erasing = 1 AND account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM "
            + "OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)");

    // The lock is held until the chunk is committed, so that the erasure cannot end and no new account with this id can be created
    // meanwhile.
    private static readonly SqlText SelectForChunk = new(
        "SELECT COUNT(*) FROM erasures WHERE account_id = @Id AND erasing = 1",
        "SELECT COUNT(*) FROM erasures WITH (UPDLOCK, ROWLOCK) WHERE account_id = @Id AND erasing = 1");

    private const string SelectUnfinished = "SELECT account_id FROM erasures WHERE erasing = 1 ORDER BY account_id";

    private const string Finish = """
        DELETE FROM accounts WHERE id = @Id AND NOT EXISTS (SELECT 1 FROM account_states WHERE account_id = @Id);
        UPDATE erasures SET erasing = 0 WHERE account_id = @Id;
        """;

    /// <summary>
    /// Writes accounts in one transaction. Where an account with one of the ids is being erased, its erasure is finished first, so that
    /// nothing of the erased account is left when the new one is created.
    /// </summary>
    /// <param name="ids">The accounts that are written.</param>
    /// <param name="write">Called in the transaction, unless the transaction finds that one of the accounts is being erased.</param>
    public async Task<T> WriteAsync<T>(IEnumerable<string> ids, Func<DbTransaction, Task<T>> write, CancellationToken cancellation)
    {
        var distinct = ids.Distinct(StringComparer.Ordinal).ToList();
        while (true)
        {
            var (erasing, written) = await database.WriteAsync(
                async transaction =>
                {
                    var found = await FindErasingAsync(transaction, JsonRows.Of(transaction.Connection!, distinct));
                    return (found, found.Count > 0 ? default : await write(transaction));
                },
                cancellation);
            if (erasing.Count == 0) return written!;
            foreach (var id in erasing) await FinishAsync(id, cancellation);
        }
    }

    /// <summary>All accounts that are being erased.</summary>
    public async Task<IReadOnlyList<string>> ListUnfinishedAsync(CancellationToken cancellation) =>
        [.. await database.ReadAsync(connection => connection.QueryAsync<string>(SelectUnfinished), cancellation)];

    /// <summary>Deletes what is left of the account and ends its erasure. Does nothing where the account is not being erased.</summary>
    /// <exception cref="StoreUnavailableException">Some chunks may be deleted already; call again to finish.</exception>
    public async Task FinishAsync(string id, CancellationToken cancellation)
    {
        foreach (var (delete, size) in AccountRows.Chunks)
        {
            await RepeatAsync(
                id, size,
                transaction => transaction.Connection!.ExecuteAsync(
                    delete.For(transaction.Connection!), new { Id = id, Limit = size }, transaction), cancellation);
        }

        await RepeatAsync(id, ChunkSize, transaction => ParkedRows.DropAsync(transaction, id, ChunkSize), cancellation);
        await RepeatAsync(id, StoredAnswers.ChunkSize, transaction => StoredAnswers.DeleteAsync(transaction, id), cancellation);
        await RepeatAsync(id, AuditTrail.ChunkSize, transaction => AuditTrail.RedactAsync(transaction, id), cancellation);
        foreach (var known in await names.OfAsync(id, cancellation))
            await RepeatAsync(id, CustomerNames.ChunkSize, transaction => CustomerNames.ForgetAsync(transaction, known), cancellation);
        await database.WriteAsync(
            transaction => ChunkAsync(transaction, id, _ => transaction.Connection!.ExecuteAsync(Finish, new { Id = id }, transaction)),
                cancellation);
    }

    /// <summary>Returns the accounts that are being erased, among the given ones.</summary>
    private static async Task<IReadOnlyList<string>> FindErasingAsync(DbTransaction transaction, string ids)
    {
        var connection = transaction.Connection!;
        return [.. await connection.QueryAsync<string>(SelectErasing.For(connection), new { Ids = ids }, transaction)];
    }

    private Task RepeatAsync(string id, int size, Func<DbTransaction, Task<int>> chunk, CancellationToken cancellation) =>
        Chunks.WriteAsync(database, size, transaction => ChunkAsync(transaction, id, chunk), cancellation);

    private static async Task<int> ChunkAsync(DbTransaction transaction, string id, Func<DbTransaction, Task<int>> chunk)
    {
        var connection = transaction.Connection!;
        return await connection.ExecuteScalarAsync<long>(SelectForChunk.For(connection), new { Id = id }, transaction) == 0 ? 0
            : await chunk(transaction);
    }
}
