using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Idempotency;

/// <summary>
/// Links stored answers to the accounts that they show, so that erasing an account deletes them. A repeat of such a request then counts as
/// a new request.
/// </summary>
internal static class StoredAnswers
{
    /// <summary>
    /// Answers per chunk. An answer may show a thousand accounts; the links of the other accounts stay until they expire.
    /// </summary>
    public const int ChunkSize = 100;

    private static readonly SqlText Insert = new(
        """
        INSERT INTO idempotency_accounts (account_id, key_id, idempotency_key, created_at)
        SELECT j.value, @KeyId, @Key, @Since FROM json_each(@Ids) AS j
        WHERE NOT EXISTS (SELECT 1 FROM idempotency_accounts AS a WHERE a.account_id = j.value AND a.key_id = @KeyId
            AND a.idempotency_key = @Key)
        """,
        """
        INSERT INTO idempotency_accounts (account_id, key_id, idempotency_key, created_at)
        SELECT j.v, @KeyId, @Key, @Since FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j
        WHERE NOT EXISTS (
            SELECT 1 FROM idempotency_accounts AS a WHERE a.account_id = j.v COLLATE Latin1_General_100_BIN2 AND a.key_id = @KeyId
                AND a.idempotency_key = @Key)
        """);

    private static readonly SqlText Select = new(
        "SELECT key_id AS KeyId, idempotency_key AS IdempotencyKey FROM idempotency_accounts WHERE account_id = @Id LIMIT @Limit",
        "SELECT TOP (@Limit) key_id AS KeyId, idempotency_key AS IdempotencyKey FROM idempotency_accounts WHERE account_id = @Id");

    private const string Delete = """
        DELETE FROM idempotency_keys WHERE key_id = @KeyId AND idempotency_key = @IdempotencyKey AND status IS NOT NULL;
        DELETE FROM idempotency_accounts WHERE account_id = @Id AND key_id = @KeyId AND idempotency_key = @IdempotencyKey;
        """;

    /// <summary>Stores the accounts that an answer shows.</summary>
    public static async Task AddAsync(DbTransaction transaction, IdempotencyClaim claim, IReadOnlyCollection<string> accountIds)
    {
        if (accountIds.Count == 0) return;
        var connection = transaction.Connection!;
        var row = new { claim.KeyId, claim.Key, claim.Since, Ids = JsonRows.Of(connection, accountIds.Distinct(StringComparer.Ordinal)) };
        await connection.ExecuteAsync(Insert.For(connection), row, transaction);
    }

    /// <summary>Deletes one chunk of answers that show the account.</summary>
    /// <returns>The number of answers in the chunk.</returns>
    public static async Task<int> DeleteAsync(DbTransaction transaction, string accountId)
    {
        var connection = transaction.Connection!;
        var rows = (await connection.QueryAsync<AnswerRow>(Select.For(connection), new { Id = accountId, Limit = ChunkSize }, transaction))
            .AsList();
        foreach (var row in rows) await connection.ExecuteAsync(Delete, new { Id = accountId, row.KeyId, row.IdempotencyKey }, transaction);
        return rows.Count;
    }

    private sealed record AnswerRow
    {
        public string KeyId { get; init; } = "";

        public string IdempotencyKey { get; init; } = "";
    }
}
