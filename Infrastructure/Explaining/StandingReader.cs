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

/// <summary>How an account stands, with what it was before.</summary>
/// <param name="IndicatorsSeen">When each indicator that fires now was first seen firing.</param>
/// <param name="ScoreBefore7">Score seven days before, full; null where there was none.</param>
public sealed record ReadStanding(
    AccountStanding Now, string? PreviousCategory, IReadOnlyDictionary<string, DateTimeOffset> IndicatorsSeen, double? ScoreBefore7, double? ScoreBefore30)
{
    /// <summary>The profile of now.</summary>
    public required Account Profile { get; init; }


    /// <summary>When this was computed; later than <see cref="AccountStanding.AsOf"/> for the past.</summary>
    public required DateTimeOffset ComputedAt { get; init; }

    /// <summary>What was shown at the instant, where events that came later have changed what is told of it; else null.</summary>
    public AccountStanding? ShownThen { get; init; }

    public bool Restated => ShownThen is not null;
}

/// <summary>Reads standings: for now from the folded figures, for the past from the event log, both through the same pure evaluation.</summary>
public sealed class StandingReader(
    IDatabase database, AccountLog log, AccountStore accounts, HistoryStore history, EvaluationPolicies policies, TimeProvider time)
{
    private const int Week = 7, Month = 30;

    /// <summary>The standing at an instant (null: now); null where there is no such account.</summary>
    public async Task<ReadStanding?> ReadAsync(string accountId, DateTimeOffset? at, CancellationToken cancellation)
    {
        if (await accounts.LoadStateAsync(accountId, cancellation) is not { } state) return null;
        var policy = await policies.CurrentAsync(cancellation);
        var now = Instant.Truncate(time.GetUtcNow());
        var account = state.Stored.Account;
        var (standing, shownThen) = at is { } past
            ? await TravelAsync(state.Stored, policy, past, cancellation)
            : (AccountEvaluator.Stand(state.Figures, account, policy, now, state.Memory.OverrideAt(now)), null);
        var today = standing.AsOf.ToDay();
        var days = await history.ReadAsync(account, policy, now, today, cancellation);
        var previous = at is null && standing.Health.Category == state.Memory.Category
            ? state.Memory.PreviousCategory
            : days.LastOrDefault(day => day.Day < today && day.Category != standing.Health.Category)?.Category;
        return new ReadStanding(standing, previous, state.Memory.Indicators, ScoreOn(days, today - Week), ScoreOn(days, today - Month))
        {
            Profile = account,
            ComputedAt = now,
            ShownThen = shownThen,
        };
    }

    /// <summary>
    /// The standing at the end of each period of a range, from the account's first on; null where there is no such account.
    /// </summary>
    /// <param name="asKnownAt">By what had been told by then; null: by all that is known now.</param>
    public async Task<IReadOnlyList<DayStanding>?> HistoryAsync(
        string accountId, int firstDay, int lastDay, HistoryInterval interval, DateTimeOffset? asKnownAt, CancellationToken cancellation)
    {
        if (await accounts.LoadStateAsync(accountId, cancellation) is not { } state) return null;
        var policy = await policies.CurrentAsync(cancellation);
        var rows = asKnownAt is { } known
            ? await ToldByAsync(state.Stored, policy, known, cancellation)
            : await history.ReadAsync(state.Stored.Account, policy, Instant.Truncate(time.GetUtcNow()), lastDay, cancellation);
        return interval.Group(HistoryIntervals.Fill(rows, interval.StartOf(firstDay), lastDay));
    }

    private async Task<(AccountStanding Standing, AccountStanding? ShownThen)> TravelAsync(
        StoredAccount stored, EvaluationPolicy policy, DateTimeOffset at, CancellationToken cancellation)
    {
        var past = await PastAsync(stored, cancellation);
        var travel = await log.FoldAsync(stored.Account.Id, at + LoggedEvents.Ahead, baseline => new TimeTravel(baseline, past, policy, at), cancellation);
        return (travel.AsKnownNow, travel.Restated ? travel.AsKnownThen : null);
    }

    private async Task<IReadOnlyList<DayStanding>> ToldByAsync(StoredAccount stored, EvaluationPolicy policy, DateTimeOffset at, CancellationToken cancellation)
    {
        var past = await PastAsync(stored, cancellation);
        return (await log.FoldAsync(stored.Account.Id, at + LoggedEvents.Ahead, baseline => new HistoryAsKnown(baseline, past, policy, at), cancellation)).Complete();
    }

    private Task<AccountPast> PastAsync(StoredAccount stored, CancellationToken cancellation) =>
        database.ReadAsync(connection => AccountPasts.LoadAsync(connection, null, stored.Account), cancellation);

    private static double? ScoreOn(IReadOnlyList<DayStanding> days, int day) => days.LastOrDefault(row => row.Day <= day)?.Score;
}
