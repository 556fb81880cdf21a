using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Auditing;

/// <summary>A change to be recorded in the audit trail.</summary>
/// <param name="Kind">One of <see cref="AuditKinds"/>.</param>
/// <param name="Action">One of <see cref="AuditActions"/>.</param>
/// <param name="Subject">The id of the changed thing.</param>
internal sealed record AuditChange(string Kind, string Action, string Subject)
{
    /// <summary>
    /// The account that the change describes; null where it describes none. Erasing the account removes subject and states from the entry.
    /// </summary>
    public string? AccountId { get; init; }

    /// <summary>The state before the change, without secrets; null where there was none.</summary>
    public object? Before { get; init; }

    /// <summary>The state after the change, without secrets; null where nothing is left.</summary>
    public object? After { get; init; }
}

/// <summary>
/// Writes the audit trail. An entry is appended in the transaction of the change, so that there is never one without the other. Only the
/// erasure of the account that it describes changes an entry, and only the retention deletes it.
/// </summary>
internal static class AuditTrail
{
    public const int ChunkSize = 500;

    private const string Insert = """
        INSERT INTO audit_entries (id, at, kind, action, subject, account_id, actor_kind, actor_id, actor_name, state_before, state_after,
        erased)
        VALUES (@Id, @At, @Kind, @Action, @Subject, @AccountId, @ActorKind, @ActorId, @ActorName, @Before, @After, 0)
        """;

    private static readonly SqlText Redact = new(
        """
        UPDATE audit_entries SET subject = @Pseudonym, account_id = NULL, state_before = NULL, state_after = NULL, erased = 1
        WHERE seq IN (SELECT a.seq FROM audit_entries AS a WHERE a.account_id = @AccountId LIMIT @Limit)
        """,
        """
        UPDATE audit_entries SET subject = @Pseudonym, account_id = NULL, state_before = NULL, state_after = NULL, erased = 1
        WHERE seq IN (SELECT TOP (@Limit) a.seq FROM audit_entries AS a WHERE a.account_id = @AccountId)
        """);

    private static readonly SqlText PruneChunk = new(
        "DELETE FROM audit_entries WHERE seq IN (SELECT a.seq FROM audit_entries AS a WHERE a.at < @Cutoff ORDER BY a.at LIMIT @Limit)",
        "DELETE FROM audit_entries WHERE seq IN (SELECT TOP (@Limit) a.seq FROM audit_entries AS a WHERE a.at < @Cutoff ORDER BY a.at)");

    /// <summary>Records a change by the current actor (<see cref="Actor.Current"/>).</summary>
    public static Task AddAsync(DbTransaction transaction, AuditChange change, DateTimeOffset at)
    {
        var actor = Actor.Current;
        var row = new
        {
            Id = "aud_" + Guid.CreateVersion7().ToString("N"),
            At = Instant.Truncate(at),
            change.Kind,
            change.Action,
            change.Subject,
            change.AccountId,
            ActorKind = actor.Kind.ToString().ToLowerInvariant(),
            ActorId = actor.Id,
            ActorName = actor.Name,
            Before = AuditJson.Write(change.Before),
            After = AuditJson.Write(change.After),
        };
        return transaction.Connection!.ExecuteAsync(Insert, row, transaction);
    }

    /// <summary>
    /// Removes an erased account from one chunk of the entries that describe it. Actor, action and time stay.
    /// </summary>
    /// <returns>The number of entries in the chunk.</returns>
    public static Task<int> RedactAsync(DbTransaction transaction, string accountId) => transaction.Connection!.ExecuteAsync(
        Redact.For(transaction.Connection!), new { AccountId = accountId, Pseudonym = Pseudonym(accountId), Limit = ChunkSize },
            transaction);

    /// <summary>Deletes the entries that are older than the cutoff, in chunks.</summary>
    public static Task PruneAsync(IDatabase database, DateTimeOffset cutoff, CancellationToken cancellation) => Chunks.WriteAsync(
        database,
        ChunkSize,
        transaction => transaction.Connection!.ExecuteAsync(
            PruneChunk.For(transaction.Connection!), new { Cutoff = cutoff, Limit = ChunkSize }, transaction),
        cancellation);

    /// <summary>
    /// The pseudonym that replaces the id of an erased account in its entries. A caller who knows the id can find the entries; the entries
    /// do not reveal the id.
    /// </summary>
    public static string Pseudonym(string accountId) =>
        "erased:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("account " + accountId)).AsSpan(0, 16));
}
