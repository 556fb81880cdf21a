using System.Data.Common;
using System.Text;
using System.Text.Json;
using Dapper;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Secrets;

namespace HealthApi.Infrastructure.Idempotency;

/// <summary>
/// Stores requests with an Idempotency-Key and their answers for a day. Answers are stored encrypted, because they may hold secrets that
/// are shown only once.
/// </summary>
public sealed class IdempotencyStore(IDatabase database, SecretVault vault, TimeProvider time)
{
    /// <summary>Deletes this key where it has expired; <see cref="IdempotencySweeper"/> deletes the others.</summary>
    private const string Clear = """
        DELETE FROM idempotency_keys
        WHERE key_id = @KeyId AND idempotency_key = @Key AND (created_at < @Expired OR (status IS NULL AND created_at < @Abandoned))
        """;

    private const string Insert = """
        INSERT INTO idempotency_keys (key_id, idempotency_key, request_hash, created_at)
        SELECT @KeyId, @Key, @Hash, @Now
        WHERE NOT EXISTS (SELECT 1 FROM idempotency_keys WHERE key_id = @KeyId AND idempotency_key = @Key)
        """;

    private const string Select = """
        SELECT request_hash AS RequestHash, status AS Status, headers AS Headers, body AS Body
        FROM idempotency_keys WHERE key_id = @KeyId AND idempotency_key = @Key
        """;

    private const string Complete = """
        UPDATE idempotency_keys SET status = @Status, headers = @Headers, body = @Body
        WHERE key_id = @KeyId AND idempotency_key = @Key AND created_at <= @Since AND status IS NULL
        """;

    // A claim is identified by its time. An earlier time is the same claim after DueTimes has moved it because the clock was set back.
    private const string Renew = """
        UPDATE idempotency_keys SET created_at = @Now WHERE key_id = @KeyId AND idempotency_key = @Key AND created_at <= @Since
            AND status IS NULL
        """;

    private const string Release =
        "DELETE FROM idempotency_keys WHERE key_id = @KeyId AND idempotency_key = @Key AND created_at <= @Since AND status IS NULL";

    /// <summary>How long a key is stored.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>A running request renews its claim; a claim that was not renewed for <c>Patience</c> is abandoned.</summary>
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10), Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Claims the right to answer a request. Of several requests that claim the same key at the same time, exactly one gets it.
    /// </summary>
    /// <param name="keyId">The id of the API key.</param>
    /// <param name="key">The caller's Idempotency-Key.</param>
    /// <param name="hash">A hash of the request: 32 bytes.</param>
    public Task<IdempotencyClaim> ClaimAsync(string keyId, string key, byte[] hash, CancellationToken cancellation)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        return database.WriteAsync(transaction => ClaimAsync(transaction, keyId, key, hash, now), cancellation);
    }

    /// <summary>Renews the claim until the result is disposed of.</summary>
    public HeldClaim Hold(IdempotencyClaim claim) => new(this, claim, RenewEvery, time);

    /// <summary>Stores the answer for repeats of the request.</summary>
    /// <param name="accountIds">The accounts that the answer shows; erasing one of them deletes the answer.</param>
    public Task CompleteAsync(
        IdempotencyClaim claim, StoredAnswer answer, IReadOnlyCollection<string> accountIds, CancellationToken cancellation)
    {
        var body = Encoding.UTF8.GetBytes(
            vault.Seal(SealedColumns.Answers, SealedColumns.AnswerOwner(claim.KeyId, claim.Key), Convert.ToBase64String(answer.Body)));
        var row = new
        {
            claim.KeyId,
            claim.Key,
            claim.Since,
            Status = (long)answer.Status,
            Headers = JsonSerializer.Serialize(answer.Headers),
            Body = body
        };
        return database.WriteAsync(
            async transaction =>
            {
                await StoredAnswers.AddAsync(transaction, claim, accountIds);
                return await transaction.Connection!.ExecuteAsync(Complete, row, transaction);
            },
            cancellation);
    }

    /// <summary>Gives the claim back, because the request changed nothing and may be sent again.</summary>
    public Task ReleaseAsync(IdempotencyClaim claim, CancellationToken cancellation)
    {
        var row = new { claim.KeyId, claim.Key, claim.Since };
        return database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Release, row, transaction), cancellation);
    }

    internal async Task<IdempotencyClaim> RenewAsync(IdempotencyClaim claim)
    {
        var row = new { claim.KeyId, claim.Key, claim.Since, Now = Instant.Truncate(time.GetUtcNow()) };
        var renewed =
            await database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Renew, row, transaction), CancellationToken.None);
        return renewed == 1 ? claim with { Since = row.Now } : claim;
    }

    private async Task<IdempotencyClaim> ClaimAsync(DbTransaction transaction, string keyId, string key, byte[] hash, DateTimeOffset now)
    {
        var connection = transaction.Connection!;
        await connection.ExecuteAsync(
            Clear, new { KeyId = keyId, Key = key, Expired = now - Kept, Abandoned = now - Patience }, transaction);
        if (await connection.ExecuteAsync(Insert, new { KeyId = keyId, Key = key, Hash = hash, Now = now }, transaction) == 1)
            return new IdempotencyClaim(ClaimStatus.Ours, keyId, key, now, null);
        var row = await connection.QuerySingleAsync<KeyRow>(Select, new { KeyId = keyId, Key = key }, transaction);
        var status = !row.RequestHash.AsSpan().SequenceEqual(hash) ? ClaimStatus.Mismatch : row.Status is null ? ClaimStatus.InFlight
            : ClaimStatus.Answered;
        if (status != ClaimStatus.Answered) return new IdempotencyClaim(status, keyId, key, now, null);
        var answer = TryOpen(row, SealedColumns.AnswerOwner(keyId, key));
        return new IdempotencyClaim(answer is null ? ClaimStatus.Unreadable : status, keyId, key, now, answer);
    }

    private StoredAnswer? TryOpen(KeyRow row, string owner) => vault.TryOpen(owner, Encoding.UTF8.GetString(row.Body!)) is { } body
        ? new StoredAnswer(
            (int)row.Status!.Value, JsonSerializer.Deserialize<Dictionary<string, string>>(row.Headers!)!, Convert.FromBase64String(body))
        : null;

    private sealed record KeyRow
    {
        public byte[] RequestHash { get; init; } = [];

        public long? Status { get; init; }

        public string? Headers { get; init; }

        public byte[]? Body { get; init; }
    }
}
