using System.Data.Common;
using Dapper;
using HealthApi.Core.History;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.History;

/// <summary>
/// Sets checkpoints for accounts with long logs, beside the writer: the log is read and folded page by page outside of any transaction, and
/// each checkpoint is one short transaction. A checkpoint stays as it is. Events that were added late are folded beside it, and where there
/// are many of them, the checkpoints are deleted and set again. Several processes may work on one account at the same time.
/// </summary>
public sealed class Checkpoints(IDatabase database, ReplayGate gate)
{
    /// <summary>The number of late events beside a checkpoint that readers fold without much delay.</summary>
    internal const int MostLate = 1_000;

    /// <summary>Newer events are left to readers: most late events come within this time.</summary>
    internal static readonly TimeSpan Rest = TimeSpan.FromHours(1);

    private const string SelectCreated = "SELECT created_at FROM accounts WHERE id = @AccountId";

    // The state row is the lock of the account. An account that is being erased has none.
    private static readonly SqlText Lock = new(
        """
        SELECT a.created_at FROM account_states AS s JOIN accounts AS a ON a.id = s.account_id WHERE s.account_id = @AccountId
        """,
        """
        SELECT a.created_at FROM account_states AS s WITH (UPDLOCK, ROWLOCK) JOIN accounts AS a ON a.id = s.account_id
        WHERE s.account_id = @AccountId
        """);

    /// <summary>Sets the account's missing checkpoints, and deletes those that must be set again.</summary>
    /// <param name="pause">Called before each page of the log; it may wait while other work is more urgent.</param>
    /// <returns>The number of checkpoints that were set.</returns>
    /// <exception cref="StoreUnavailableException">Those that were set so far stay.</exception>
    public async Task<int> SetAsync(
        string accountId, DateTimeOffset now, Func<CancellationToken, Task> pause, CancellationToken cancellation)
    {
        while (true)
        {
            if (await BeginAsync(accountId, now - Rest, cancellation) is not { } run) return 0;
            IReadOnlyList<StoredEvent> late = run.Newest is { } newest ? await LateAsync(run, newest, cancellation) : [];
            if (await StaleFromAsync(run, late, cancellation) is not { } stale) return await FoldAsync(run, late, pause, cancellation);
            await DeleteAsync(accountId, stale, cancellation);
        }
    }

    /// <summary>Null where no checkpoint is due, or the account's checkpoints are those of a later version of the service.</summary>
    private async Task<Run?> BeginAsync(string accountId, DateTimeOffset upTo, CancellationToken cancellation)
    {
        while (true)
        {
            var (run, set) = await database.ReadAsync(connection => ReadAsync(connection, accountId, upTo), cancellation);
            if (run is null || set?.Format > Core.Signals.AccountFigures.Format) return null;
            if (set?.Holds(run.Stored) == true || (set is null && !run.IsDue)) return run.IsDue ? run : null;
            await DeleteAsync(accountId, DateTimeOffset.MinValue, cancellation);
            if (!await WriteAsync(run, transaction => AccountCheckpoints.BeginAsync(transaction, accountId), cancellation)) return null;
        }
    }

    private static async Task<(Run? Run, CheckpointSet? Set)> ReadAsync(
        DbConnection connection, string accountId, DateTimeOffset upTo)
    {
        var created = await connection.QuerySingleOrDefaultAsync<DateTimeOffset?>(SelectCreated, new { AccountId = accountId });
        if (created is null) return default;
        var stored = await AccountBaselines.FindAsync(connection, null, accountId);
        var set = await AccountCheckpoints.FindSetAsync(connection, null, accountId);
        var newest = await AccountCheckpoints.FindAsync(connection, accountId, stored, FoldStart.At(upTo), long.MaxValue);
        var span = CheckpointFold.SpanOf(newest?.Baseline ?? stored?.Baseline);
        var run = new Run(accountId, created.Value, stored, newest, upTo, 0);
        if (!await LoggedEvents.HasManyAsync(connection, accountId, run.From, upTo, span)) return (run, set);
        return (run with { Last = await LoggedEvents.LastAsync(connection, accountId) }, set);
    }

    /// <summary>The instant from which on checkpoints have too many late events beside them; null where none has.</summary>
    /// <param name="late">The late events beside the newest checkpoint.</param>
    private async Task<DateTimeOffset?> StaleFromAsync(Run run, IReadOnlyList<StoredEvent> late, CancellationToken cancellation)
    {
        if (late.Count == 0) return null;
        var since = late[0].Logged.Event.OccurredAt;
        if (late.Count > MostLate) return late[MostLate].Logged.Event.OccurredAt;

        // The first checkpoint after the late event may have more late events beside it than the newest.
        var first = await database.ReadAsync(
            connection => AccountCheckpoints.FindNextAsync(connection, run.AccountId, run.Stored, since), cancellation);
        return first is not null && (await LateAsync(run, first, cancellation)).Count > MostLate ? since : null;
    }

    private async Task<int> FoldAsync(
        Run run, IReadOnlyList<StoredEvent> late, Func<CancellationToken, Task> pause, CancellationToken cancellation)
    {
        var fold = new CheckpointFold(run.Newest?.Baseline ?? run.Stored?.Baseline);
        foreach (var one in late) fold.TakeLate(one.Logged);
        var (set, position) = (0, run.From);
        while (true)
        {
            await pause(cancellation);

            // One turn a page, so that requests for the past of large accounts come in between.
            using var turn = gate.Begin(patient: true);
            await turn.CountAsync(ReplayGate.FreeEvents + 1, cancellation);
            var page = await database.ReadAsync(
                connection => LoggedEvents.ReadOnAsync(
                    connection, run.AccountId, position, run.UpTo, run.Last, AccountLog.PageSize), cancellation);
            foreach (var one in page)
            {
                if (fold.Take(one.Logged) is not { } due) continue;
                if (!await WriteAsync(run, transaction => AddAsync(transaction, run, due), cancellation)) return set;
                set++;
            }

            if (page.Count < AccountLog.PageSize) return set;
            position = page[^1].Position;
        }
    }

    private Task<IReadOnlyList<StoredEvent>> LateAsync(
        Run run, StoredCheckpoint checkpoint, CancellationToken cancellation) => database.ReadAsync(
        connection => LoggedEvents.ReadLateAsync(
            connection, run.AccountId, EventPosition.First, checkpoint.Baseline.Horizon, checkpoint.LastSeq, run.Last, MostLate + 1),
        cancellation);

    private Task DeleteAsync(string accountId, DateTimeOffset from, CancellationToken cancellation) => Chunks.WriteAsync(
        database, AccountCheckpoints.ChunkSize, transaction => AccountCheckpoints.DeleteChunkAsync(transaction, accountId, from),
        cancellation);

    /// <summary>Writes under the account's lock.</summary>
    /// <returns>False where the account was erased, or retention has pruned it since it was read; nothing is written then.</returns>
    private Task<bool> WriteAsync(Run run, Func<DbTransaction, Task> write, CancellationToken cancellation) => database.WriteAsync(
        async transaction =>
        {
            var connection = transaction.Connection!;
            var created = await connection.QuerySingleOrDefaultAsync<DateTimeOffset?>(
                Lock.For(connection), new { run.AccountId }, transaction);
            if (created != run.CreatedAt) return false;
            if (await AccountBaselines.VersionAsync(connection, transaction, run.AccountId) != (run.Stored?.Version ?? 0)) return false;
            await write(transaction);
            return true;
        },
        cancellation);

    private static async Task AddAsync(DbTransaction transaction, Run run, AccountBaseline checkpoint)
    {
        var set = await AccountCheckpoints.FindSetAsync(transaction.Connection!, transaction, run.AccountId);
        if (set?.Holds(run.Stored) == true) await AccountCheckpoints.AddAsync(transaction, run.AccountId, checkpoint, run.Last);
    }

    /// <summary>One pass over an account's log.</summary>
    /// <param name="Newest">The checkpoint from which it starts; null: from the baseline.</param>
    /// <param name="Last">The number of the account's newest event; 0 where no checkpoint is due.</param>
    private sealed record Run(
        string AccountId, DateTimeOffset CreatedAt, StoredBaseline? Stored, StoredCheckpoint? Newest, DateTimeOffset UpTo, long Last)
    {
        public bool IsDue => Last > 0;

        public EventPosition From =>
            Newest is null ? EventPosition.First : EventPosition.AfterInstant(Newest.Baseline.Horizon);
    }
}
