using System.Data.Common;
using Dapper;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.History;

/// <summary>
/// Writes the history of accounts with late events anew. The mark of an account is taken over by a claim in a short transaction; its log is
/// read and folded outside of any; the rows are written in pieces as long as the claim holds. A late event that comes meanwhile marks the
/// account anew, and it is told again from that day: what was told so far is not lost, so an account with late events all the time comes to
/// its end too.
/// </summary>
public sealed class Restatements(IDatabase database, HistoryStore history)
{
    /// <summary>Days of history a transaction writes at most.</summary>
    internal const int PieceDays = 200;

    /// <summary>Longer than the largest account takes; a claim whose process has died is taken up after it.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    private static readonly SqlText SelectPending = new(
        """
        SELECT p.account_id FROM (
            SELECT s.account_id, s.restate_from AS day FROM account_states AS s WHERE s.restate_from IS NOT NULL AND s.parked_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM account_restatements AS r WHERE r.account_id = s.account_id AND r.leased_until > @Now)
            UNION ALL SELECT r.account_id, r.from_day FROM account_restatements AS r JOIN account_states AS s ON s.account_id = r.account_id
            WHERE r.leased_until <= @Now AND s.parked_at IS NULL) AS p
        ORDER BY p.day, p.account_id LIMIT 1
        """,
        """
        SELECT TOP (1) p.account_id FROM (
            SELECT s.account_id, s.restate_from AS day FROM account_states AS s WHERE s.restate_from IS NOT NULL AND s.parked_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM account_restatements AS r WHERE r.account_id = s.account_id AND r.leased_until > @Now)
            UNION ALL SELECT r.account_id, r.from_day FROM account_restatements AS r JOIN account_states AS s ON s.account_id = r.account_id
            WHERE r.leased_until <= @Now AND s.parked_at IS NULL) AS p
        ORDER BY p.day, p.account_id
        """);

    private static readonly SqlText SelectMark = new(
        """
        SELECT s.restate_from AS RestateFrom, a.profile AS Profile
        FROM account_states AS s JOIN accounts AS a ON a.id = s.account_id WHERE s.account_id = @AccountId
        """,
        """
        SELECT s.restate_from AS RestateFrom, a.profile AS Profile
        FROM account_states AS s WITH (UPDLOCK, ROWLOCK) JOIN accounts AS a ON a.id = s.account_id WHERE s.account_id = @AccountId
        """);

    private static readonly SqlText SelectClaim = new(
        "SELECT from_day AS FromDay, claim AS Claim, leased_until AS LeasedUntil FROM account_restatements WHERE account_id = @AccountId",
        "SELECT from_day AS FromDay, claim AS Claim, leased_until AS LeasedUntil FROM account_restatements WITH (UPDLOCK, ROWLOCK) WHERE "
            + "account_id = @AccountId");

    private const string TakeMark = """
        UPDATE account_states SET restate_from = NULL, version = version + 1 WHERE account_id = @AccountId AND restate_from IS NOT NULL;
        DELETE FROM account_restatements WHERE account_id = @AccountId;
        INSERT INTO account_restatements (account_id, from_day, claim, leased_until) VALUES (@AccountId, @FromDay, @Claim, @LeasedUntil);
        """;

    private const string GiveBack = "UPDATE account_restatements SET leased_until = @Now WHERE account_id = @AccountId AND claim = @Claim";

    private const string EndClaim = "DELETE FROM account_restatements WHERE account_id = @AccountId AND claim = @Claim";

    /// <summary>Writes the restated history of one account that late events have touched; false where there is none.</summary>
    public async Task<bool> RestateOneAsync(EvaluationPolicy policy, DateTimeOffset now, CancellationToken cancellation)
    {
        var accountId = await database.ReadAsync(
            connection => connection.ExecuteScalarAsync<string?>(SelectPending.For(connection), new { Now = now }), cancellation);
        if (accountId is null) return false;
        var claimed = await database.WriteAsync(transaction => ClaimAsync(transaction, accountId, now), cancellation);
        if (claimed is null) return true;
        try
        {
            await RestateAsync(claimed, policy, now, cancellation);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException)
        {
            await GiveBackAsync(claimed, now);
            throw;
        }

        return true;
    }

    /// <summary>
    /// Whoever comes next may take the account up at once. One that fails by itself is left to the end of its lease, so that others come
    /// first.
    /// </summary>
    private async Task GiveBackAsync(Claimed claimed, DateTimeOffset now)
    {
        try
        {
            var parameters = new { claimed.AccountId, claimed.Claim, Now = now };
            await database.WriteAsync(
                transaction => transaction.Connection!.ExecuteAsync(GiveBack, parameters, transaction), CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // The lease runs out by itself.
        }
    }

    /// <summary>Null where another process was faster, or the account is gone.</summary>
    private static async Task<Claimed?> ClaimAsync(DbTransaction transaction, string accountId, DateTimeOffset now)
    {
        var connection = transaction.Connection!;
        var mark =
            await connection.QuerySingleOrDefaultAsync<MarkRow>(SelectMark.For(connection), new { AccountId = accountId }, transaction);
        if (mark is null) return null;
        var held =
            await connection.QuerySingleOrDefaultAsync<ClaimRow>(SelectClaim.For(connection), new { AccountId = accountId }, transaction);
        if (held?.LeasedUntil > now || (mark.RestateFrom ?? held?.FromDay) is null) return null;
        var fromDay = (int)Math.Min(mark.RestateFrom ?? long.MaxValue, held?.FromDay ?? long.MaxValue);
        var claim = Guid.NewGuid().ToString("N");
        await connection.ExecuteAsync(
            TakeMark, new { AccountId = accountId, FromDay = fromDay, Claim = claim, LeasedUntil = now + Lease }, transaction);
        return new Claimed(accountId, fromDay, claim, mark.Profile);
    }

    private async Task RestateAsync(Claimed claimed, EvaluationPolicy policy, DateTimeOffset now, CancellationToken cancellation)
    {
        var told =
            await history.TellAsync(AccountColumns.FromProfile(claimed.Profile), policy, claimed.FromDay, now, patient: true, cancellation);
        var (days, toDay) = (told.Complete(), now.ToDay());

        // What happened before the baseline's horizon is not told again: the rows that are there stay.
        for (var day = told.FirstDay ?? claimed.FromDay; ; day += PieceDays)
        {
            var end = Math.Min(day + PieceDays, toDay);
            var span = new HistorySpan(claimed.AccountId, day, end, [.. days.Where(row => row.Day >= day && row.Day < end)]);
            if (!await database.WriteAsync(transaction => WriteAsync(transaction, claimed, span, isLast: end >= toDay), cancellation)
                || end >= toDay) return;
        }
    }

    /// <summary>False where the claim is not held any more: another has taken it up, or the account was erased.</summary>
    private static async Task<bool> WriteAsync(DbTransaction transaction, Claimed claimed, HistorySpan span, bool isLast)
    {
        var connection = transaction.Connection!;
        var held =
            await connection.QuerySingleOrDefaultAsync<ClaimRow>(SelectClaim.For(connection), new { claimed.AccountId }, transaction);
        if (held?.Claim != claimed.Claim) return false;
        if (span.FromDay < span.ToDay) await HistoryStore.ReplaceAsync(transaction, [span]);
        if (isLast) await connection.ExecuteAsync(EndClaim, new { claimed.AccountId, claimed.Claim }, transaction);
        return true;
    }

    private sealed record Claimed(string AccountId, int FromDay, string Claim, string Profile);

    private sealed record MarkRow
    {
        public long? RestateFrom { get; init; }

        public string Profile { get; init; } = "";
    }

    private sealed record ClaimRow
    {
        public long FromDay { get; init; }

        public string Claim { get; init; } = "";

        public DateTimeOffset LeasedUntil { get; init; }
    }
}
