using System.Data.Common;
using Dapper;
using HealthApi.Core.History;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Events;

/// <summary>
/// A stored checkpoint: the figures of the account's events that happened by its horizon and whose number is at most
/// <paramref name="LastSeq"/>. Events that were added later are in the log only.
/// </summary>
internal sealed record StoredCheckpoint(AccountBaseline Baseline, long LastSeq);

/// <summary>What holds for all checkpoints of an account.</summary>
internal sealed record CheckpointSet
{
    /// <summary>The form of their figures.</summary>
    public long Format { get; init; }

    /// <summary>The version of the baseline for which they hold; 0: none; -1: they must be set again.</summary>
    public long BaselineVersion { get; init; }

    /// <summary>Whether this process can use them, and no event was pruned without regard to them.</summary>
    public bool Holds(StoredBaseline? baseline) => Format == AccountFigures.Format && BaselineVersion == (baseline?.Version ?? 0);
}

/// <summary>
/// Reads and writes checkpoints. They never change. A row of <c>checkpointed_accounts</c> says for which version of the account's baseline
/// they hold, so that events that retention has pruned without regard to them cannot be missing.
/// </summary>
internal static class AccountCheckpoints
{
    /// <summary>The rows of a chunk; figures may be large.</summary>
    internal const int ChunkSize = 50;

    private const string Columns = """
        c.horizon AS Horizon, c.last_seq AS LastSeq, c.first_received_at AS FirstReceivedAt,
            c.last_received_at AS LastReceivedAt
        """;

    private const string Usable = """
        FROM account_checkpoints AS c JOIN checkpointed_accounts AS k ON k.account_id = c.account_id
        WHERE c.account_id = @AccountId AND k.baseline_version = @Version AND k.format = @Format AND c.horizon >= @Since
        """;

    private const string Newest = Usable + """
         AND c.horizon <= @From AND c.last_seq <= @Last AND (c.last_received_at <= @Known OR c.first_received_at > @Known)
        ORDER BY c.horizon DESC
        """;

    private static readonly SqlText SelectNewest = new(
        "SELECT " + Columns + ", c.figures AS Figures\n" + Newest + " LIMIT 1",
        "SELECT TOP (1) " + Columns + ", c.figures AS Figures\n" + Newest);

    private static readonly SqlText SelectNext = new(
        "SELECT " + Columns + "\n" + Usable + " AND c.horizon >= @From ORDER BY c.horizon LIMIT 1",
        "SELECT TOP (1) " + Columns + "\n" + Usable + " AND c.horizon >= @From ORDER BY c.horizon");

    private const string SelectSet =
        "SELECT format AS Format, baseline_version AS BaselineVersion FROM checkpointed_accounts WHERE account_id = @AccountId";

    private const string Insert = """
        INSERT INTO account_checkpoints (account_id, horizon, last_seq, first_received_at, last_received_at, figures)
        SELECT @AccountId, @Horizon, @LastSeq, @FirstReceivedAt, @LastReceivedAt, @Figures
        WHERE NOT EXISTS (SELECT 1 FROM account_checkpoints WHERE account_id = @AccountId AND horizon = @Horizon)
        """;

    private static readonly SqlText DeleteFrom = new(
        """
        DELETE FROM account_checkpoints WHERE account_id = @AccountId AND horizon IN (
            SELECT c.horizon FROM account_checkpoints AS c WHERE c.account_id = @AccountId AND c.horizon >= @From
            ORDER BY c.horizon DESC LIMIT @Limit)
        """,
        """
        DELETE FROM account_checkpoints WHERE account_id = @AccountId AND horizon IN (
            SELECT TOP (@Limit) c.horizon FROM account_checkpoints AS c WHERE c.account_id = @AccountId AND c.horizon >= @From
            ORDER BY c.horizon DESC)
        """);

    // Only without checkpoints: those that are left may lack events.
    private const string Begin = """
        DELETE FROM checkpointed_accounts WHERE account_id = @AccountId
            AND NOT EXISTS (SELECT 1 FROM account_checkpoints WHERE account_id = @AccountId);
        INSERT INTO checkpointed_accounts (account_id, format, baseline_version)
        SELECT @AccountId, @Format, @Version WHERE NOT EXISTS (SELECT 1 FROM checkpointed_accounts WHERE account_id = @AccountId);
        """;

    private const string MarkAgain =
        "UPDATE checkpointed_accounts SET baseline_version = -1 WHERE account_id = @AccountId";

    // A pruned event that a checkpoint does not contain would be missing from then on. The event with the number last_seq must stay in the
    // log too, because SQLite gives the number of the newest event again once it is deleted.
    private const string Follow = """
        UPDATE checkpointed_accounts SET baseline_version = @After
        WHERE account_id = @AccountId AND baseline_version = @Before AND NOT EXISTS (
            SELECT 1 FROM account_checkpoints AS c
            WHERE c.account_id = @AccountId AND c.horizon >= @Horizon AND c.last_seq <= @LastPruned)
        """;

    /// <summary>The newest checkpoint that a fold may start from; null where there is none.</summary>
    /// <param name="baseline">The account's baseline, read before.</param>
    /// <param name="last">The number of the last event that the fold takes; no checkpoint with a later event fits.</param>
    public static async Task<StoredCheckpoint?> FindAsync(
        DbConnection connection, string accountId, StoredBaseline? baseline, FoldStart start, long last) =>
        (await connection.QuerySingleOrDefaultAsync<CheckpointRow>(
            SelectNewest.For(connection), CheckpointKey.Of(accountId, baseline, start.From, start.Known, last)))?.ToStored();

    /// <summary>The oldest checkpoint that is not earlier than the instant, without its figures; null where there is none.</summary>
    public static async Task<StoredCheckpoint?> FindNextAsync(
        DbConnection connection, string accountId, StoredBaseline? baseline, DateTimeOffset from) =>
        (await connection.QuerySingleOrDefaultAsync<CheckpointRow>(
            SelectNext.For(connection), CheckpointKey.Of(accountId, baseline, from, from, long.MaxValue)))?.ToStored();

    /// <summary>What holds for the account's checkpoints; null where it has never had one.</summary>
    public static Task<CheckpointSet?> FindSetAsync(DbConnection connection, DbTransaction? transaction, string accountId) =>
        connection.QuerySingleOrDefaultAsync<CheckpointSet>(SelectSet, new { AccountId = accountId }, transaction);

    /// <summary>Adds a checkpoint, unless the account has one with this horizon.</summary>
    public static Task AddAsync(DbTransaction transaction, string accountId, AccountBaseline checkpoint, long lastSeq) =>
        transaction.Connection!.ExecuteAsync(Insert, CheckpointRow.Of(accountId, checkpoint, lastSeq), transaction);

    /// <summary>Deletes up to <see cref="ChunkSize"/> checkpoints that are not earlier than the instant, the newest first.</summary>
    /// <returns>The number of deleted checkpoints.</returns>
    public static Task<int> DeleteChunkAsync(DbTransaction transaction, string accountId, DateTimeOffset from)
    {
        var connection = transaction.Connection!;
        var parameters = new { AccountId = accountId, From = from, Limit = ChunkSize };
        return connection.ExecuteAsync(DeleteFrom.For(connection), parameters, transaction);
    }

    /// <summary>Makes an account without checkpoints one whose checkpoints hold for the present version of its baseline.</summary>
    public static async Task BeginAsync(DbTransaction transaction, string accountId)
    {
        var connection = transaction.Connection!;
        var version = await AccountBaselines.VersionAsync(connection, transaction, accountId);
        var parameters = new { AccountId = accountId, Format = (long)AccountFigures.Format, Version = version };
        await connection.ExecuteAsync(Begin, parameters, transaction);
    }

    /// <summary>Puts the account's checkpoints out of use; a worker deletes them and sets them again.</summary>
    public static Task SetAgainAsync(DbTransaction transaction, string accountId) =>
        transaction.Connection!.ExecuteAsync(MarkAgain, new { AccountId = accountId }, transaction);

    /// <summary>Keeps the account's checkpoints in use after events were pruned, where they contain all of these events.</summary>
    /// <param name="lastPruned">The highest number of the pruned events.</param>
    public static Task FollowAsync(
        DbTransaction transaction, string accountId, StoredBaseline? before, DateTimeOffset horizon, long lastPruned)
    {
        var version = before?.Version ?? 0;
        return transaction.Connection!.ExecuteAsync(
            Follow, new { AccountId = accountId, Before = version, After = version + 1, Horizon = horizon, LastPruned = lastPruned },
            transaction);
    }

    private sealed record CheckpointKey(
        string AccountId, long Version, DateTimeOffset Since, DateTimeOffset From, DateTimeOffset Known, long Last,
        long Format)
    {
        public static CheckpointKey Of(
            string accountId, StoredBaseline? baseline, DateTimeOffset from, DateTimeOffset known, long last) => new(
            accountId, baseline?.Version ?? 0, baseline?.Baseline.Horizon ?? DateTimeOffset.MinValue, from, known, last,
            AccountFigures.Format);
    }

    private sealed record CheckpointRow
    {
        public string AccountId { get; init; } = "";

        public DateTimeOffset Horizon { get; init; }

        public long LastSeq { get; init; }

        public DateTimeOffset FirstReceivedAt { get; init; }

        public DateTimeOffset LastReceivedAt { get; init; }

        public byte[] Figures { get; init; } = [];

        public static CheckpointRow Of(string accountId, AccountBaseline checkpoint, long lastSeq) => new()
        {
            AccountId = accountId,
            Horizon = checkpoint.Horizon,
            LastSeq = lastSeq,
            FirstReceivedAt = checkpoint.FirstReceivedAt,
            LastReceivedAt = checkpoint.LastReceivedAt,
            Figures = checkpoint.Figures,
        };

        public StoredCheckpoint ToStored() =>
            new(new AccountBaseline(Horizon, FirstReceivedAt, LastReceivedAt, Figures) { IsCheckpoint = true }, LastSeq);
    }
}
