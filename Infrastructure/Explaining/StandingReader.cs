using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Explaining;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.History;
using HealthApi.Infrastructure.Policies;

namespace HealthApi.Infrastructure.Explaining;

/// <summary>The standing of an account at an instant, with the data from which it was derived.</summary>
/// <param name="Now">The standing at the instant, by all events received by now.</param>
/// <param name="Figures">The figures of the events that count at the instant.</param>
/// <param name="Profile">The current profile.</param>
/// <param name="Memory">The current memory of the account.</param>
/// <param name="Policy">The policy in force now, with its history.</param>
/// <param name="ComputedAt">When this was computed; later than <see cref="AccountStanding.AsOf"/> for a past instant.</param>
/// <param name="ShownThen">The standing that was shown at the instant, where later events have changed it; otherwise null.</param>
public sealed record StandingAt(
    AccountStanding Now,
    AccountFigures Figures,
    Account Profile,
    AccountMemory Memory,
    EvaluationPolicy Policy,
    DateTimeOffset ComputedAt,
    AccountStanding? ShownThen)
{
    /// <summary>Whether events that came later have changed the standing.</summary>
    public bool Restated => ShownThen is not null;
}

/// <summary>The standing of an account, with earlier categories and scores.</summary>
/// <param name="PreviousCategory">The category before the current one; null where there was none.</param>
/// <param name="ScoreBefore7">The score seven days before, not rounded; null where there was none.</param>
/// <param name="ScoreBefore30">The score thirty days before, not rounded; null where there was none.</param>
public sealed record ReadStanding(StandingAt Standing, string? PreviousCategory, double? ScoreBefore7, double? ScoreBefore30);

/// <summary>
/// Reads standings: the current one from the stored figures, a past one from the event log. Both use the same evaluation.
/// </summary>
public sealed class StandingReader(
    IDatabase database, AccountLog log, AccountStore accounts, HistoryStore history, EvaluationPolicies policies, TimeProvider time)
{
    private const int Week = 7, Month = 30;

    /// <summary>The standing at an instant (null: now); null where there is no such account. Reads no history.</summary>
    /// <exception cref="ReplayBusyException">Too many large logs are being read.</exception>
    public async Task<StandingAt?> StandAsync(string accountId, DateTimeOffset? at, CancellationToken cancellation)
    {
        if (await accounts.LoadStateAsync(accountId, cancellation) is not { } state) return null;
        var policy = await policies.CurrentAsync(cancellation);
        var now = Instant.Truncate(time.GetUtcNow());
        var (account, memory) = (state.Stored.Account, state.Memory);
        if (at is not { } past)
        {
            var standing = AccountEvaluator.Stand(state.Figures, account, policy, now, memory.OverrideAt(now));
            return new StandingAt(standing, state.Figures, account, memory, policy, now, null);
        }

        var travel = await TravelAsync(account, policy, past, cancellation);
        return new StandingAt(travel.AsKnownNow, travel.Figures, account, memory, policy, now, travel.Restated ? travel.AsKnownThen : null);
    }

    /// <summary>The same, with the earlier categories and scores from the account's history.</summary>
    /// <exception cref="ReplayBusyException">Too many large logs are being read.</exception>
    public async Task<ReadStanding?> ReadAsync(string accountId, DateTimeOffset? at, CancellationToken cancellation)
    {
        if (await StandAsync(accountId, at, cancellation) is not { } read) return null;
        var (category, today) = (read.Now.Health.Category, read.Now.AsOf.ToDay());
        var days = await history.ReadAsync(read.Profile, read.Policy, read.ComputedAt, today, cancellation);
        var previous = at is null && category == read.Memory.Category
            ? read.Memory.PreviousCategory
            : days.LastOrDefault(day => day.Day < today && day.Category != category)?.Category;
        return new ReadStanding(read, previous, ScoreOn(days, today - Week), ScoreOn(days, today - Month));
    }

    /// <summary>
    /// The standing at the end of each period of a range, beginning with the account's first; null where there is no such account.
    /// </summary>
    /// <param name="asKnownAt">Uses only the data that was received by this instant; null: all data received by now.</param>
    public async Task<IReadOnlyList<DayStanding>?> HistoryAsync(
        string accountId, int firstDay, int lastDay, HistoryInterval interval, DateTimeOffset? asKnownAt, CancellationToken cancellation)
    {
        if (await accounts.LoadStateAsync(accountId, cancellation) is not { } state) return null;
        var policy = await policies.CurrentAsync(cancellation);
        var rows = asKnownAt is { } known
            ? await AsKnownAsync(state.Stored.Account, policy, known, cancellation)
            : await history.ReadAsync(state.Stored.Account, policy, Instant.Truncate(time.GetUtcNow()), lastDay, cancellation);
        return interval.Group(HistoryIntervals.Fill(rows, interval.StartOf(firstDay), lastDay));
    }

    private async Task<TimeTravel> TravelAsync(Account account, EvaluationPolicy policy, DateTimeOffset at, CancellationToken cancellation)
    {
        var past = await PastAsync(account, cancellation);
        return await log.FoldAsync(
            account.Id, FoldStart.AsKnownAt(at), at + LoggedEvents.Ahead, baseline => new TimeTravel(baseline, past, policy, at),
            cancellation);
    }

    private async Task<IReadOnlyList<DayStanding>> AsKnownAsync(
        Account account, EvaluationPolicy policy, DateTimeOffset at, CancellationToken cancellation)
    {
        var past = await PastAsync(account, cancellation);
        return (
            await log.FoldAsync(
                account.Id, FoldStart.Beginning, at + LoggedEvents.Ahead, baseline => new HistoryAsKnown(baseline, past, policy, at),
                cancellation)).Complete();
    }

    private Task<AccountPast> PastAsync(Account account, CancellationToken cancellation) =>
        database.ReadAsync(connection => AccountPasts.LoadAsync(connection, null, account), cancellation);

    private static double? ScoreOn(IReadOnlyList<DayStanding> days, int day) => days.LastOrDefault(row => row.Day <= day)?.Score;
}
