using System.Data;
using System.Data.Common;
using System.Text.Json;
using Dapper;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation.Parking;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.History;
using HealthApi.Infrastructure.Policies;

namespace HealthApi.Infrastructure.Evaluation.Rebuilding;

/// <summary>The progress of a rebuild.</summary>
/// <param name="Done">Accounts that were read so far.</param>
/// <param name="Total">Accounts that existed when the rebuild began.</param>
/// <param name="Events">Events that were folded.</param>
/// <param name="Moved">Accounts whose rebuilt standing differs from the stored one; the service evaluates them next.</param>
public readonly record struct RebuildTally(long Done, long Total, long Events, long Moved);

/// <summary>
/// Derives the read models (states, listings, daily history) again from baselines and the event log, page by page. The service may run at
/// the same time. Earlier decisions stay: no crossing is added and no message is sent. The rebuild may be interrupted and run again.
/// </summary>
public sealed class ReadModelRebuilder(
    IDatabase database, AccountLog log, IEvaluationSql sql, EvaluationPolicies policies, ParkedAccounts parked, TimeProvider time)
{
    /// <summary>Accounts per transaction: few enough that a running service does not wait long for it.</summary>
    private const int PageSize = 50, Tries = 20;

    private const string Count = "SELECT COUNT(*) FROM accounts";

    private static readonly SqlText SelectPage = new(
        "SELECT id FROM accounts WHERE id > @After ORDER BY id LIMIT @Limit",
        "SELECT TOP (@Limit) id FROM accounts WHERE id > @After ORDER BY id");

    /// <summary>Rebuilds all accounts.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached; the pages so far are rebuilt.</exception>
    public async Task<RebuildTally> RunAsync(Action<RebuildTally> progress, CancellationToken cancellation)
    {
        var tally =
            new RebuildTally(0, await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(Count), cancellation), 0, 0);
        for (var after = ""; after is not null;)
        {
            var parameters = new { After = after, Limit = PageSize };
            var page = (
                await database.ReadAsync(connection => connection.QueryAsync<string>(SelectPage.For(connection), parameters), cancellation))
                .AsList();
            var rebuilt = await RebuildAsync(page, cancellation);
            tally =
                tally with { Done = tally.Done + page.Count, Events = tally.Events + rebuilt.Events, Moved = tally.Moved + rebuilt.Moved };
            progress(tally);
            after = page.Count == PageSize ? page[^1] : null;
        }

        return tally;
    }

    /// <summary>Rebuilds one account and unparks it; false where there is no such account.</summary>
    /// <exception cref="DBConcurrencyException">Retention has pruned the account during every try.</exception>
    /// <exception cref="JsonException">The account's profile is damaged.</exception>
    public async Task<bool> RebuildAsync(string accountId, CancellationToken cancellation) =>
        (await RebuildOneAsync(accountId, cancellation)).Accounts > 0;

    /// <summary>Rebuilds one account for a background loop; an account that fails unexpectedly is parked for an operator.</summary>
    /// <returns>False where retention has pruned the account during every try: try again later.</returns>
    internal async Task<bool> RebuildOrLeaveAsync(string accountId, CancellationToken cancellation)
    {
        try
        {
            await RebuildAsync(accountId, cancellation);
        }
        catch (DBConcurrencyException)
        {
            return false;
        }
        catch (Exception failure) when (failure is not (StoreUnavailableException or OperationCanceledException))
        {
            await parked.LeaveAsync(accountId, failure, cancellation);
        }

        return true;
    }

    /// <summary>
    /// Rebuilds a page in one transaction, or, where retention has pruned one of its accounts, one account after the other.
    /// </summary>
    private async Task<RebuiltPage> RebuildAsync(List<string> accountIds, CancellationToken cancellation)
    {
        try
        {
            return await DeriveAndSaveAsync(accountIds, cancellation);
        }
        catch (DBConcurrencyException)
        {
            var all = default(RebuiltPage);
            foreach (var accountId in accountIds) all += await RebuildOneAsync(accountId, cancellation);
            return all;
        }
    }

    private async Task<RebuiltPage> RebuildOneAsync(string accountId, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await DeriveAndSaveAsync([accountId], cancellation);
            }
            catch (DBConcurrencyException) when (attempt < Tries)
            {
                // Retention has moved events to the baseline since the account was read, so read it again.
            }
        }
    }

    private async Task<RebuiltPage> DeriveAndSaveAsync(List<string> accountIds, CancellationToken cancellation)
    {
        var policy = await policies.CurrentAsync(cancellation);
        var now = Instant.Truncate(time.GetUtcNow());
        var derived = new RebuiltAccount?[accountIds.Count];
        await Parallel.ForAsync(0, derived.Length, cancellation, async (index, stop) =>
            derived[index] = await RebuiltAccount.DeriveAsync(database, log, accountIds[index], policy, now, stop));
        RebuiltAccount[] rebuilt = [.. derived.OfType<RebuiltAccount>()];
        var moved = await database.WriteAsync(transaction => SaveAsync(transaction, rebuilt, policy), cancellation);
        return new RebuiltPage(rebuilt.Length, rebuilt.Sum(account => account.Events), moved);
    }

    /// <returns>The number of accounts whose rebuilt standing differs from the stored one.</returns>
    private async Task<long> SaveAsync(DbTransaction transaction, RebuiltAccount[] rebuilt, EvaluationPolicy policy)
    {
        var (changes, spans) = (new List<RebuiltChange>(rebuilt.Length), new List<HistorySpan>(rebuilt.Length));
        foreach (var account in rebuilt)
        {
            if (await account.ChangeAsync(transaction, policy) is not { } change) continue;
            changes.Add(change);
            spans.Add(account.History);
        }

        await sql.SaveAsync(transaction, [.. changes.Select(change => change.Change)]);
        await EvaluationMarks.WriteAllAsync(transaction, changes.Select(change => change.Change));
        await ParkedAccounts.ReleaseAsync(transaction, changes.Select(change => change.Change.Before.Account.Id));
        await HistoryStore.ReplaceAsync(transaction, spans);
        await NewestRow.AddAsync(transaction, [.. spans.Select(span => span.AccountId)], Instant.Truncate(time.GetUtcNow()));
        return changes.Count(change => !change.StandsAsBefore);
    }

    /// <param name="Accounts">Accounts of the page that exist.</param>
    private readonly record struct RebuiltPage(int Accounts, long Events, long Moved)
    {
        public static RebuiltPage operator +(RebuiltPage left, RebuiltPage right) =>
            new(left.Accounts + right.Accounts, left.Events + right.Events, left.Moved + right.Moved);
    }
}
