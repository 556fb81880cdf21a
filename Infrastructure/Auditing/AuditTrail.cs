using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Auditing;

/// <summary>A change that is put on record.</summary>
/// <param name="Kind">One of <see cref="AuditKinds"/>.</param>
/// <param name="Subject">The id of what was changed.</param>
internal sealed record AuditChange(string Kind, string Action, string Subject)
{
    /// <summary>The account that the change tells of: its erasure takes subject and states.</summary>
    public string? AccountId { get; init; }

    /// <summary>What it was, without secrets; null where there was nothing.</summary>
    public object? Before { get; init; }

    /// <summary>What it is, without secrets; null where nothing is left.</summary>
    public object? After { get; init; }
}

/// <summary>
/// The audit trail. Entries are appended in the transaction of the change, so there is none without the other. Nothing changes them but
/// the erasure of the account that they tell of, and nothing deletes them but the retention.
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

    private static readonly SqlText PrunePiece = new(
        "DELETE FROM audit_entries WHERE seq IN (SELECT a.seq FROM audit_entries AS a WHERE a.at < @Cutoff ORDER BY a.at LIMIT @Limit)",
        "DELETE FROM audit_entries WHERE seq IN (SELECT TOP (@Limit) a.seq FROM audit_entries AS a WHERE a.at < @Cutoff ORDER BY a.at)");

    /// <summary>Puts a change on record, by whoever acts (<see cref="Actor.Current"/>).</summary>
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
    /// Takes an erased account out of a piece of the entries that tell of it: who did what and when stays. Returns how many the piece
    /// had.
    /// </summary>
    public static Task<int> RedactAsync(DbTransaction transaction, string accountId) => transaction.Connection!.ExecuteAsync(
        Redact.For(transaction.Connection!), new { AccountId = accountId, Pseudonym = Pseudonym(accountId), Limit = ChunkSize },
            transaction);

    /// <summary>Deletes what is older than the cutoff, in pieces.</summary>
    public static Task PruneAsync(IDatabase database, DateTimeOffset cutoff, CancellationToken cancellation) => Chunks.WriteAsync(
        database,
        ChunkSize,
        transaction => transaction.Connection!.ExecuteAsync(
            PrunePiece.For(transaction.Connection!), new { Cutoff = cutoff, Limit = ChunkSize }, transaction),
        cancellation);

    /// <summary>What stands for an erased account: whoever knows the id finds the entries, and they do not tell it.</summary>
    public static string Pseudonym(string accountId) =>
        "erased:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("account " + accountId)).AsSpan(0, 16));
}
