using System.Data.Common;
using HealthApi.Core.History;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Events;

/// <summary>
/// Folds the log of an account from its baseline or a checkpoint on, page by page. The whole log is never in memory, no read is long enough
/// to delay the clean-up of the store's log, and no lock is held. Events that are added meanwhile may or may not be seen; a caller that
/// must not miss them compares the account's version or the last event number.
/// </summary>
public sealed class AccountLog(IDatabase database, ReplayGate gate)
{
    /// <summary>Events per page: at most 16 MiB of data.</summary>
    internal const int PageSize = 500;

    private const int Tries = 200;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Folds the baseline or a checkpoint, and the other events up to an instant.</summary>
    /// <param name="start">Where the fold may start. It gets late events of a checkpoint first, then the others, oldest first.</param>
    /// <param name="upTo">Events that happened later are left out.</param>
    /// <param name="begin">Creates the fold from the baseline or the checkpoint (null: none). Called again where retention has moved events
    /// from the log to the baseline meanwhile.</param>
    /// <param name="patient">Whether to wait without limit when other large logs are being read; for background work.</param>
    /// <exception cref="ReplayBusyException">Too many large logs are being read.</exception>
    /// <exception cref="StoreUnavailableException">
    /// The store cannot be reached, or retention has pruned the account in every try.
    /// </exception>
    public Task<TFold> FoldAsync<TFold>(
        string accountId, FoldStart start, DateTimeOffset upTo, Func<AccountBaseline?, TFold> begin, CancellationToken cancellation,
        bool patient = false)
        where TFold : class, ILogFold =>
        FoldAsync(
            new Reading(accountId, start, upTo, long.MaxValue), (StoredBaseline? stored) => begin(stored?.Baseline), patient, cancellation);

    /// <summary>Folds the same for a reader who needs the version of the baseline, or not all events.</summary>
    internal async Task<TFold> FoldAsync<TFold>(
        Reading reading, Func<StoredBaseline?, TFold> begin, bool patient, CancellationToken cancellation)
        where TFold : class, ILogFold
    {
        var accountId = reading.AccountId;
        using var turn = gate.Begin(patient);
        for (var attempt = 1; ; attempt++)
        {
            if (await TryFoldAsync(reading, begin, turn, cancellation) is { } fold) return fold;
            if (attempt == Tries) throw new StoreUnavailableException($"The log of account '{accountId}' is being pruned.");
            await Task.Delay(Pause, cancellation);
        }
    }

    /// <summary>Null where retention has moved events to the baseline meanwhile, so that the fold may have missed some.</summary>
    private async Task<TFold?> TryFoldAsync<TFold>(
        Reading reading, Func<StoredBaseline?, TFold> begin, ReplayGate.Turn turn, CancellationToken cancellation)
        where TFold : class, ILogFold
    {
        var (accountId, start, upTo, last) = reading;
        var (stored, checkpoint) = await database.ReadAsync(
            async connection =>
            {
                var baseline = await AccountBaselines.FindAsync(connection, null, accountId);
                return (baseline, start == FoldStart.Beginning ? null
                    : await AccountCheckpoints.FindAsync(connection, accountId, baseline, start, last));
            },
            cancellation);
        var version = stored?.Version ?? 0;
        var fold = begin(checkpoint is null ? stored : new StoredBaseline(checkpoint.Baseline, version));
        if (checkpoint is { Baseline.Horizon: var horizon }
            && !await TakeAsync((connection, position) => LoggedEvents.ReadLateAsync(
                connection, accountId, position, horizon, checkpoint.LastSeq, last, PageSize), EventPosition.First))
        {
            return null;
        }

        var from = checkpoint is null ? EventPosition.First : EventPosition.AfterInstant(checkpoint.Baseline.Horizon);
        var isWhole = await TakeAsync(
            (connection, position) => LoggedEvents.ReadOnAsync(connection, accountId, position, upTo, last, PageSize), from);
        return isWhole ? fold : null;

        async Task<bool> TakeAsync(Func<DbConnection, EventPosition, Task<IReadOnlyList<StoredEvent>>> read, EventPosition position)
        {
            while (true)
            {
                var (page, present) = await database.ReadAsync(
                    async connection => (
                        await read(connection, position), await AccountBaselines.VersionAsync(connection, null, accountId)),
                    cancellation);
                if (present != version) return false;
                foreach (var one in page) fold.Take(one.Logged);
                if (page.Count < PageSize) return true;
                position = page[^1].Position;
                await turn.CountAsync(page.Count, cancellation);
                await Task.Yield();
            }
        }
    }

    /// <summary>What to read of an account's log.</summary>
    /// <param name="Last">Events with a higher number are left out; the caller applies them later.</param>
    internal sealed record Reading(string AccountId, FoldStart Start, DateTimeOffset UpTo, long Last);
}
