using System.Data;
using System.Text.Json;
using Dapper;
using HealthApi.Core;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Scoring;

namespace HealthApi.Infrastructure.Processing;

/// <summary>How far a rebuild has come.</summary>
/// <param name="Moved">Accounts that do not stand as they were remembered to; the service evaluates them next.</param>
public readonly record struct RebuildTally(long Done, long Total, long Events, long Moved);

/// <summary>
/// Tells the read models (states, listings, daily history) again from the event log, page by page, beside a running service or without one.
/// What was decided stays: no crossing is added or told again. Interrupting it and running it again are both harmless.
/// </summary>
public sealed class ReadModelRebuilder(IDatabase database, IProcessingSql sql, EvaluationPolicies policies, TimeProvider time)
{
    /// <summary>Accounts a transaction; few enough that a running service never waits long for it.</summary>
    private const int PageSize = 50, Tries = 20;

    private const string Count = "SELECT COUNT(*) FROM accounts";

    private static readonly SqlText SelectPage = new(
        "SELECT id FROM accounts WHERE id > @After ORDER BY id LIMIT @Limit", "SELECT TOP (@Limit) id FROM accounts WHERE id > @After ORDER BY id");

    /// <exception cref="StoreUnavailableException">The pages so far are done.</exception>
    public async Task<RebuildTally> RunAsync(Action<RebuildTally> progress, CancellationToken cancellation)
    {
        var tally = new RebuildTally(0, await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(Count), cancellation), 0, 0);
        for (var after = ""; after is not null;)
        {
            var parameters = new { After = after, Limit = PageSize };
            var page = (await database.ReadAsync(connection => connection.QueryAsync<string>(SelectPage.For(connection), parameters), cancellation)).AsList();
            foreach (var rebuilt in await RebuildAsync(page, cancellation))
                tally = tally with { Events = tally.Events + rebuilt.Events, Moved = tally.Moved + (rebuilt.StandsAsBefore ? 0 : 1) };
            tally = tally with { Done = tally.Done + page.Count };
            progress(tally);
            after = page.Count == PageSize ? page[^1] : null;
        }

        return tally;
    }

    /// <summary>Rebuilds one account; false where there is none of this id. One that is set apart is so no longer.</summary>
    /// <exception cref="DBConcurrencyException">Events keep coming for the account faster than it is rebuilt.</exception>
    /// <exception cref="JsonException">Its profile is damaged.</exception>
    public async Task<bool> RebuildAsync(string accountId, CancellationToken cancellation) => (await RebuildOneAsync(accountId, cancellation)).Count > 0;

    /// <summary>A page together; one account after the other where the service is busy with one of them.</summary>
    private async Task<IReadOnlyList<RebuiltAccount>> RebuildAsync(List<string> accountIds, CancellationToken cancellation)
    {
        try
        {
            return await TellAndSaveAsync(accountIds, cancellation);
        }
        catch (DBConcurrencyException)
        {
            var all = new List<RebuiltAccount>();
            foreach (var accountId in accountIds) all.AddRange(await RebuildOneAsync(accountId, cancellation));
            return all;
        }
    }

    private async Task<IReadOnlyList<RebuiltAccount>> RebuildOneAsync(string accountId, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TellAndSaveAsync([accountId], cancellation);
            }
            catch (DBConcurrencyException) when (attempt < Tries)
            {
                // An event came in between: it is told with the others now.
            }
        }
    }

    private async Task<IReadOnlyList<RebuiltAccount>> TellAndSaveAsync(List<string> accountIds, CancellationToken cancellation)
    {
        var policy = await policies.CurrentAsync(cancellation);
        var now = Instant.Truncate(time.GetUtcNow());
        var told = new RebuiltAccount?[accountIds.Count];
        await Parallel.ForAsync(0, told.Length, cancellation, async (index, stop) =>
            told[index] = await database.ReadAsync(connection => RebuiltAccount.TellAsync(connection, accountIds[index], policy, now), stop));
        RebuiltAccount[] rebuilt = [.. told.OfType<RebuiltAccount>()];
        await database.WriteAsync(
            async transaction =>
            {
                await sql.SaveAsync(transaction, [.. rebuilt.Select(account => account.Change)]);
                await EvaluationMarks.WriteAllAsync(transaction, rebuilt.Select(account => account.Change));
                await ParkedAccounts.ReleaseAsync(transaction, rebuilt.Select(account => account.Change.Before.Account.Id));
                await HistoryStore.ReplaceAsync(transaction, [.. rebuilt.Select(account => account.ToSpan(now.ToDay()))]);
                return true;
            },
            cancellation);
        return rebuilt;
    }
}
