using HealthApi.Core;
using HealthApi.Core.Accounts;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Processing;

namespace HealthApi.Infrastructure.Scoring;

/// <summary>How an account stands, with what it was before.</summary>
/// <param name="ScoreBefore7">Score seven days before, full; null where there was none.</param>
public sealed record ReadStanding(
    AccountStanding Now, string? PreviousCategory, IReadOnlyDictionary<string, DateTimeOffset> IndicatorsSince, double? ScoreBefore7, double? ScoreBefore30);

/// <summary>Reads standings: for now from the folded figures, for the past from the event log, both through the same pure evaluation.</summary>
public sealed class StandingReader(AccountStore accounts, EventLog events, HistoryStore history, EvaluationPolicies policies, TimeProvider time)
{
    private const int Week = 7, Month = 30;

    /// <summary>The standing at an instant (null: now); null where there is no such account.</summary>
    public async Task<ReadStanding?> ReadAsync(string accountId, DateTimeOffset? at, CancellationToken cancellation)
    {
        if (await accounts.LoadStateAsync(accountId, cancellation) is not { } state) return null;
        var policy = await policies.CurrentAsync(cancellation);
        var now = Instant.Truncate(time.GetUtcNow());
        var account = state.Stored.Account;
        var standing = at is { } past
            ? HistoryReplay.At(await events.ReadAsync(accountId, past, cancellation), account, policy, past)
            : AccountEvaluator.Stand(state.Figures, account, policy, now);
        var today = standing.AsOf.ToDay();
        var days = await history.ReadAsync(account, policy, now, today, cancellation);
        var previous = at is null && standing.Health.Category == state.Memory.Category
            ? state.Memory.PreviousCategory
            : days.LastOrDefault(day => day.Day < today && day.Category != standing.Health.Category)?.Category;
        return new ReadStanding(standing, previous, state.Memory.Indicators, ScoreOn(days, today - Week), ScoreOn(days, today - Month));
    }

    /// <summary>The standing at the end of each day of a range, from the account's first on; null where there is no such account.</summary>
    public async Task<IReadOnlyList<DayStanding>?> HistoryAsync(string accountId, int firstDay, int lastDay, CancellationToken cancellation)
    {
        if (await accounts.LoadStateAsync(accountId, cancellation) is not { } state) return null;
        var policy = await policies.CurrentAsync(cancellation);
        var now = Instant.Truncate(time.GetUtcNow());
        var rows = await history.ReadAsync(state.Stored.Account, policy, now, lastDay, cancellation);
        var filled = new List<DayStanding>();
        var next = 0;
        for (var day = rows.Count == 0 ? lastDay + 1 : Math.Max(firstDay, rows[0].Day); day <= lastDay; day++)
        {
            while (next + 1 < rows.Count && rows[next + 1].Day <= day) next++;
            filled.Add(rows[next] with { Day = day, At = Instant.FromDay(day) });
        }

        return filled;
    }

    private static double? ScoreOn(IReadOnlyList<DayStanding> days, int day) => days.LastOrDefault(row => row.Day <= day)?.Score;
}
