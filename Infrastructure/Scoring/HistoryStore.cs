using System.Data.Common;
using Dapper;
using HealthApi.Core;
using HealthApi.Core.Accounts;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Scoring;

/// <summary>
/// The daily history. A row says how the account stood from that day on, until the next row. Late events mark the days they change; those
/// are told again from the event log, at once for a reader and in the background for the store.
/// </summary>
public sealed class HistoryStore(IDatabase database)
{
    private const string Columns = "day AS Day, at AS At, score AS Score, category AS Category, risk_score AS RiskScore, risk_level AS RiskLevel";

    private const string SelectRange = "SELECT " + Columns + " FROM score_history WHERE account_id = @AccountId AND day <= @ToDay ORDER BY day";

    private const string SelectRestate = "SELECT restate_from FROM account_states WHERE account_id = @AccountId";

    private const string SelectPending = "SELECT account_id FROM account_states WHERE restate_from IS NOT NULL ORDER BY restate_from LIMIT 1";

    private const string CountPending = "SELECT COUNT(*) FROM account_states WHERE restate_from IS NOT NULL";

    private const string SelectProfile = "SELECT profile FROM accounts WHERE id = @AccountId";

    private const string DeleteDays = "DELETE FROM score_history WHERE account_id = @AccountId AND day >= @FromDay AND day < @ToDay";

    private const string InsertDay = """
        INSERT INTO score_history (account_id, day, at, score, category, risk_score, risk_level)
        VALUES (@AccountId, @Day, @At, @Score, @Category, @RiskScore, @RiskLevel)
        """;

    private const string ClearRestate = "UPDATE account_states SET restate_from = NULL WHERE account_id = @AccountId AND restate_from = @FromDay";

    /// <summary>The account's rows up to and with <paramref name="toDay"/>, as they are known now; late events are in them.</summary>
    public Task<IReadOnlyList<DayStanding>> ReadAsync(Account account, EvaluationPolicy policy, DateTimeOffset now, int toDay, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<DayStanding>>(
            async connection =>
            {
                var rows = await connection.QueryAsync<DayRow>(SelectRange, new { AccountId = account.Id, ToDay = toDay });
                var stored = rows.Select(row => row.ToStanding()).ToList();
                if (await connection.ExecuteScalarAsync<int?>(SelectRestate, new { AccountId = account.Id }) is not { } fromDay) return stored;
                var restated = await ReplayAsync(connection, null, account, policy, fromDay, now);
                return [.. stored.Where(row => row.Day < fromDay), .. restated.Where(row => row.Day <= toDay), .. stored.Where(row => row.Day >= now.ToDay())];
            },
            cancellation);

    /// <summary>How many accounts have days that late events have changed and that are not told again yet.</summary>
    public Task<long> CountPendingAsync(CancellationToken cancellation) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(CountPending), cancellation);

    /// <summary>Writes the restated history of one account that late events have touched; false where there is none.</summary>
    public async Task<bool> RestateOneAsync(EvaluationPolicy policy, DateTimeOffset now, CancellationToken cancellation)
    {
        var accountId = await database.ReadAsync(connection => connection.ExecuteScalarAsync<string?>(SelectPending), cancellation);
        return accountId is not null && await database.WriteAsync(
            async transaction =>
            {
                await RestateAsync(transaction, accountId, policy, now);
                return true;
            },
            cancellation);
    }

    private static async Task RestateAsync(DbTransaction transaction, string accountId, EvaluationPolicy policy, DateTimeOffset now)
    {
        var connection = transaction.Connection!;
        var fromDay = await connection.ExecuteScalarAsync<int?>(SelectRestate, new { AccountId = accountId }, transaction);
        var profile = await connection.ExecuteScalarAsync<string?>(SelectProfile, new { AccountId = accountId }, transaction);
        if (fromDay is not { } from || profile is null) return;
        var days = await ReplayAsync(connection, transaction, AccountColumns.FromProfile(profile), policy, from, now);
        await ReplaceAsync(transaction, accountId, from, now.ToDay(), days);
        await connection.ExecuteAsync(ClearRestate, new { AccountId = accountId, FromDay = from }, transaction);
    }

    /// <summary>Puts the rows in the place of those from a day on to before another.</summary>
    public static async Task ReplaceAsync(DbTransaction transaction, string accountId, int fromDay, int toDay, IReadOnlyList<DayStanding> days)
    {
        await transaction.Connection!.ExecuteAsync(DeleteDays, new { AccountId = accountId, FromDay = fromDay, ToDay = toDay }, transaction);
        await transaction.Connection!.ExecuteAsync(InsertDay, days.Select(day => DayRow.Of(accountId, day)), transaction);
    }

    private static async Task<IReadOnlyList<DayStanding>> ReplayAsync(
        DbConnection connection, DbTransaction? transaction, Account account, EvaluationPolicy policy, int fromDay, DateTimeOffset now)
    {
        var events = await EventLog.ReadAsync(connection, transaction, account.Id, now);
        return HistoryReplay.Run(events, account, policy, fromDay, now.ToDay());
    }

    private sealed record DayRow
    {
        public string AccountId { get; init; } = "";

        public long Day { get; init; }

        public long At { get; init; }

        public double? Score { get; init; }

        public string Category { get; init; } = "";

        public double RiskScore { get; init; }

        public string RiskLevel { get; init; } = "";

        public static DayRow Of(string accountId, DayStanding day) => new()
        {
            AccountId = accountId,
            Day = day.Day,
            At = day.At.ToMicroseconds(),
            Score = day.Score,
            Category = day.Category,
            RiskScore = day.RiskScore,
            RiskLevel = day.RiskLevel,
        };

        public DayStanding ToStanding() => new((int)Day, Instant.FromMicroseconds(At), Score, Category, RiskScore, RiskLevel);
    }
}
