using HealthApi.Core.History;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Events;

/// <summary>
/// Folds the log of an account from its baseline on, page by page. The whole log is never in memory, no read is long enough to delay the
/// clean-up of the store's log, and no lock is held. Events that are added meanwhile may or may not be seen; a caller that must not miss
/// them compares the account's version or the last event number.
/// </summary>
public sealed class AccountLog(IDatabase database, ReplayGate gate)
{
    /// <summary>Events per page: at most 16 MiB of data.</summary>
    internal const int PageSize = 500;

    private const int Tries = 200;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Folds the baseline and the events up to an instant.</summary>
    /// <param name="upTo">Events that happened later are left out.</param>
    /// <param name="begin">Creates the fold from the baseline (null: none). Called again where retention has moved events from the log to
    /// the baseline meanwhile.</param>
    /// <param name="patient">Whether to wait without limit when other large logs are being read; for background work.</param>
    /// <exception cref="ReplayBusyException">Too many large logs are being read.</exception>
    /// <exception cref="StoreUnavailableException">
    /// The store cannot be reached, or retention has pruned the account in every try.
    /// </exception>
    public Task<TFold> FoldAsync<TFold>(
        string accountId, DateTimeOffset upTo, Func<AccountBaseline?, TFold> begin, CancellationToken cancellation, bool patient = false)
        where TFold : class,
            ILogFold => FoldAsync(
                accountId, upTo, long.MaxValue, (StoredBaseline? stored) => begin(stored?.Baseline), patient, cancellation);

    /// <inheritdoc cref="FoldAsync{TFold}(string, DateTimeOffset, Func{AccountBaseline, TFold}, CancellationToken, bool)"/>
    /// <param name="last">Events with a higher number are left out; the caller applies them later.</param>
    internal async Task<TFold> FoldAsync<TFold>(
        string accountId, DateTimeOffset upTo, long last, Func<StoredBaseline?, TFold> begin, bool patient, CancellationToken cancellation)
        where TFold : class, ILogFold
    {
        using var turn = gate.Begin(patient);
        for (var attempt = 1; ; attempt++)
        {
            if (await TryFoldAsync(accountId, upTo, last, begin, turn, cancellation) is { } fold) return fold;
            if (attempt == Tries) throw new StoreUnavailableException($"The log of account '{accountId}' is being pruned.");
            await Task.Delay(Pause, cancellation);
        }
    }

    /// <summary>Null where retention has moved events to the baseline meanwhile, so that the fold may have missed some.</summary>
    private async Task<TFold?> TryFoldAsync<TFold>(
        string accountId, DateTimeOffset upTo, long last, Func<StoredBaseline?, TFold> begin, ReplayGate.Turn turn,
        CancellationToken cancellation)
        where TFold : class, ILogFold
    {
        var stored = await database.ReadAsync(connection => AccountBaselines.FindAsync(connection, null, accountId), cancellation);
        var (fold, position) = (begin(stored), EventPosition.First);
        while (true)
        {
            var (page, version) = await database.ReadAsync(
                async connection =>
                {
                    var events = await LoggedEvents.ReadOnAsync(connection, accountId, position, upTo, last, PageSize);
                    return (events, await AccountBaselines.VersionAsync(connection, null, accountId));
                },
                cancellation);
            if (version != (stored?.Version ?? 0)) return null;
            foreach (var read in page) fold.Take(read.Logged);
            if (page.Count < PageSize) return fold;
            position = page[^1].Position;
            await turn.CountAsync(page.Count, cancellation);
            await Task.Yield();
        }
    }
}
