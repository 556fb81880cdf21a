using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Explaining;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.History;
using HealthApi.Infrastructure.Policies;

namespace HealthApi.Infrastructure.Explaining;

/// <summary>Explains why an account's score moved, and forecasts it. The methods return null where there is no such account.</summary>
public sealed class AccountExplanations(
    IDatabase database, AccountLog log, AccountStore accounts, StandingReader standings, HistoryStore history, EvaluationPolicies policies)
{
    /// <summary>The maximum number of days of history that a forecast uses.</summary>
    private const int ForecastDays = 180;

    /// <summary>Explains why the score moved between two instants.</summary>
    /// <param name="asKnownThen">Whether each instant uses only the events received by then; otherwise all events received by now.</param>
    public async Task<ScoreChange?> ChangesAsync(
        string accountId, DateTimeOffset from, DateTimeOffset to, bool asKnownThen, CancellationToken cancellation)
    {
        if (await accounts.FindAsync(accountId, cancellation) is not { } stored) return null;
        var policy = await policies.CurrentAsync(cancellation);
        var past = await PastAsync(stored.Account, cancellation);

        // A late event that comes between the two readings must not count as a part of the change. The transactions that add events of one
        // account run one after the other, so the account's last number is a limit; that of all accounts is none.
        var last = await database.ReadAsync(connection => LoggedEvents.LastAsync(connection, accountId), cancellation);
        var (before, after) = (await ViewAsync(from), await ViewAsync(to));
        return new ChangedScore(past, policy, asKnownThen).Between(before, after);

        Task<ChangeView> ViewAsync(DateTimeOffset at)
        {
            var start = asKnownThen ? FoldStart.AsKnownAt(at) : FoldStart.At(at);
            return log.FoldAsync(
                new AccountLog.Reading(accountId, start, at + LoggedEvents.Ahead, last),
                stored => new ChangeView(stored?.Baseline, at, asKnownThen), patient: false, cancellation);
        }
    }

    /// <summary>Forecasts the score. Overrides are ignored, because they say nothing about the days ahead.</summary>
    public async Task<(DateTimeOffset AsOf, HealthForecast Forecast)?> ForecastAsync(
        string accountId, int days, CancellationToken cancellation)
    {
        if (await standings.StandAsync(accountId, null, cancellation) is not { } read) return null;
        var (standing, now) = (read.Now, read.ComputedAt);
        if (standing.Measured.Score is not { } score) return (now, HealthForecast.None);
        var rows = await MeasuredAsync(read.Profile, read.Policy, now, cancellation);
        var filled = HistoryIntervals.Fill(rows, now.ToDay() - ForecastDays, now.ToDay() - 1);

        // Use only the days after the last day without a score.
        var known = filled.Reverse().TakeWhile(day => day.Score is not null).Reverse().Select(day => day.Score!.Value);
        return (now, HealthForecast.Of([.. known, score], now, days, standing.Judgement.Thresholds));
    }

    private async Task<IReadOnlyList<DayStanding>> MeasuredAsync(
        Account account, EvaluationPolicy policy, DateTimeOffset now, CancellationToken cancellation)
    {
        var past = await PastAsync(account, cancellation);
        if (past.Overrides.Count == 0) return await history.ReadAsync(account, policy, now, now.ToDay(), cancellation);
        var (measured, fromDay) = (past with { Overrides = [] }, now.ToDay() - ForecastDays);
        return (await log.FoldAsync(
            account.Id, FoldStart.At(Instant.FromDay(fromDay)), now,
            baseline => new HistoryFold(baseline, measured, policy, fromDay, now.ToDay()), cancellation)).Complete();
    }

    private Task<AccountPast> PastAsync(Account account, CancellationToken cancellation) =>
        database.ReadAsync(connection => AccountPasts.LoadAsync(connection, null, account), cancellation);
}
