using System.Data.Common;
using Dapper;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.History;

/// <summary>
/// Restates the history of accounts with late events. A short transaction replaces the account's mark by a claim. The log is then read and
/// folded outside of any transaction, and the rows are written in chunks as long as the claim holds. A late event that comes meanwhile
/// marks the account again, and a later restatement begins at its day. The rows written so far stay, so that an account with constant late
/// events is restated too.
/// </summary>
public sealed class Restatements(IDatabase database, HistoryStore history)
{
    /// <summary>The maximum number of days that one transaction writes.</summary>
    internal const int ChunkDays = 200;

    /// <summary>
    /// Longer than the largest account takes. After it, another worker may take over the claim of a process that has died.
    /// </summary>
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

    /// <summary>Restates the history of one account with late events; false where there is none.</summary>
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
    /// Ends the lease, so that the account can be taken up at once. Called only after an outage or a stop: an account that fails for
    /// another reason keeps its lease, so that others come first.
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
            // The lease ends by itself.
        }
    }

    /// <summary>Null where another process has the claim, or the account no longer exists.</summary>
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
        var fold = await history.DeriveAsync(
            AccountColumns.FromProfile(claimed.Profile), policy, claimed.FromDay, now, patient: true, cancellation);
        var (days, toDay) = (fold.Complete(), now.ToDay());

        // Days before the baseline's horizon cannot be derived again, so their rows stay.
        for (var day = fold.FirstDay ?? claimed.FromDay; ; day += ChunkDays)
        {
            var end = Math.Min(day + ChunkDays, toDay);
            var span = new HistorySpan(claimed.AccountId, day, end, [.. days.Where(row => row.Day >= day && row.Day < end)]);
            if (!await database.WriteAsync(transaction => WriteAsync(transaction, claimed, span, now, isLast: end >= toDay), cancellation)
                || end >= toDay)
            {
                return;
            }
        }
    }

    /// <summary>False where the claim is lost: another process has taken it over, or the account was erased.</summary>
    private static async Task<bool> WriteAsync(
        DbTransaction transaction, Claimed claimed, HistorySpan span, DateTimeOffset now, bool isLast)
    {
        var connection = transaction.Connection!;
        var held =
            await connection.QuerySingleOrDefaultAsync<ClaimRow>(SelectClaim.For(connection), new { claimed.AccountId }, transaction);
        if (held?.Claim != claimed.Claim) return false;
        if (span.FromDay < span.ToDay) await HistoryStore.ReplaceAsync(transaction, [span]);
        if (!isLast) return true;
        await NewestRow.AddAsync(transaction, [claimed.AccountId], now);
        await connection.ExecuteAsync(EndClaim, new { claimed.AccountId, claimed.Claim }, transaction);
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
