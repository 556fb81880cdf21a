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

/// <summary>How far a rebuild has come.</summary>
/// <param name="Moved">Accounts that do not stand as they were remembered to; the service evaluates them next.</param>
public readonly record struct RebuildTally(long Done, long Total, long Events, long Moved);

/// <summary>
/// Tells the read models (states, listings, daily history) again from baselines and the event log, page by page, beside a running service
/// or without one. What was decided stays: no crossing is added or told again. Interrupting it and running it again are both harmless.
/// </summary>
public sealed class ReadModelRebuilder(
    IDatabase database, AccountLog log, IEvaluationSql sql, EvaluationPolicies policies, ParkedAccounts parked, TimeProvider time)
{
    /// <summary>Accounts a transaction; few enough that a running service never waits long for it.</summary>
    private const int PageSize = 50, Tries = 20;

    private const string Count = "SELECT COUNT(*) FROM accounts";

    private static readonly SqlText SelectPage = new(
        "SELECT id FROM accounts WHERE id > @After ORDER BY id LIMIT @Limit",
        "SELECT TOP (@Limit) id FROM accounts WHERE id > @After ORDER BY id");

    /// <exception cref="StoreUnavailableException">The pages so far are done.</exception>
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

    /// <summary>Rebuilds one account; false where there is none of this id. One that is set apart is so no longer.</summary>
    /// <exception cref="DBConcurrencyException">Retention keeps pruning the account faster than it is rebuilt.</exception>
    /// <exception cref="JsonException">Its profile is damaged.</exception>
    public async Task<bool> RebuildAsync(string accountId, CancellationToken cancellation) =>
        (await RebuildOneAsync(accountId, cancellation)).Accounts > 0;

    /// <summary>Rebuilds one account unasked; one that fails unexpectedly is left to an operator.</summary>
    /// <returns>False where retention keeps pruning the account faster than it is rebuilt: try again later.</returns>
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

    /// <summary>A page together; one account after the other where retention is busy with one of them.</summary>
    private async Task<RebuiltPage> RebuildAsync(List<string> accountIds, CancellationToken cancellation)
    {
        try
        {
            return await TellAndSaveAsync(accountIds, cancellation);
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
                return await TellAndSaveAsync([accountId], cancellation);
            }
            catch (DBConcurrencyException) when (attempt < Tries)
            {
                // Retention has moved events in between: they are in the baseline now.
            }
        }
    }

    private async Task<RebuiltPage> TellAndSaveAsync(List<string> accountIds, CancellationToken cancellation)
    {
        var policy = await policies.CurrentAsync(cancellation);
        var now = Instant.Truncate(time.GetUtcNow());
        var told = new RebuiltAccount?[accountIds.Count];
        await Parallel.ForAsync(0, told.Length, cancellation, async (index, stop) =>
            told[index] = await RebuiltAccount.TellAsync(database, log, accountIds[index], policy, now, stop));
        RebuiltAccount[] rebuilt = [.. told.OfType<RebuiltAccount>()];
        var moved = await database.WriteAsync(transaction => SaveAsync(transaction, rebuilt, policy), cancellation);
        return new RebuiltPage(rebuilt.Length, rebuilt.Sum(account => account.Events), moved);
    }

    /// <returns>How many do not stand as they were remembered to.</returns>
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
        return changes.Count(change => !change.StandsAsBefore);
    }

    /// <param name="Accounts">Accounts that are there.</param>
    private readonly record struct RebuiltPage(int Accounts, long Events, long Moved)
    {
        public static RebuiltPage operator +(RebuiltPage left, RebuiltPage right) =>
            new(left.Accounts + right.Accounts, left.Events + right.Events, left.Moved + right.Moved);
    }
}
