using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Explaining;

/// <summary>An account's churn risk.</summary>
/// <param name="Since">When each firing indicator began to fire, by the times of occurrence of the events, not of their arrival.</param>
public sealed record ReadRisk(StandingAt Standing, IReadOnlyDictionary<string, DateTimeOffset> Since);

/// <summary>
/// Reads churn risks, current and past. Where an indicator fires, the account's log is read twice: first to find the day on which the
/// indicator began to fire, then to find the instant.
/// </summary>
public sealed class RiskReader(IDatabase database, AccountLog log, StandingReader standings)
{
    /// <summary>How far back the search for the beginnings starts, one try after the other, before it starts at the beginning.</summary>
    private static readonly int[] DaysBack = [0, 2, 12, 72];

    /// <summary>The risk at an instant (null: now); null where there is no such account.</summary>
    /// <exception cref="ReplayBusyException">Too many large logs are being read.</exception>
    public async Task<ReadRisk?> ReadAsync(string accountId, DateTimeOffset? at, CancellationToken cancellation)
    {
        if (await standings.StandAsync(accountId, at, cancellation) is not { } read) return null;
        var ids = read.Now.Risk.Indicators.Select(indicator => indicator.Id).ToHashSet(StringComparer.Ordinal);
        if (ids.Count == 0) return new ReadRisk(read, new Dictionary<string, DateTimeOffset>());
        List<ChurnIndicator> firing = [.. read.Now.Judgement.Rules.Indicators.Where(indicator => ids.Contains(indicator.Id))];
        return new ReadRisk(read, await SinceAsync(read, firing, cancellation));
    }

    private async Task<IReadOnlyDictionary<string, DateTimeOffset>> SinceAsync(
        StandingAt read, List<ChurnIndicator> firing, CancellationToken cancellation)
    {
        var (account, policy, asOf) = (read.Profile, read.Policy, read.Now.AsOf);
        var past = await database.ReadAsync(connection => AccountPasts.LoadAsync(connection, null, account), cancellation);
        var (walk, days) = await WalkAsync(account.Id, past, policy, firing, asOf, cancellation);
        var began = days.Where(pair => walk.Baseline is null || !pair.Value.IsFirst).ToDictionary(StringComparer.Ordinal);
        var since = await OnsetsAsync(account.Id, past, policy, firing, began, asOf, cancellation);
        foreach (var id in days.Keys.Except(began.Keys))
            since[id] = Earlier(read.Memory.Indicators.GetValueOrDefault(id, asOf), walk.Baseline!.Horizon);
        foreach (var indicator in firing) since.TryAdd(indicator.Id, asOf);
        return since;
    }

    /// <summary>
    /// Finds the day of each indicator. Most have begun to fire not long before, so the walk starts near the instant, and again further
    /// back where an indicator fires already on its first day.
    /// </summary>
    private async Task<(IndicatorDays Walk, IReadOnlyDictionary<string, IndicatorDay> Days)> WalkAsync(
        string accountId, AccountPast past, EvaluationPolicy policy, List<ChurnIndicator> firing, DateTimeOffset asOf,
        CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            var start = attempt == DaysBack.Length ? FoldStart.Beginning : FoldStart.At(asOf.AddDays(-DaysBack[attempt]));
            var walk = await log.FoldAsync(
                accountId, start, asOf + LoggedEvents.Ahead, baseline => new IndicatorDays(baseline, past, policy, firing, asOf),
                cancellation);
            var days = walk.Complete();
            if (walk.Baseline is not { IsCheckpoint: true } || !days.Values.Any(day => day.IsFirst)) return (walk, days);
        }
    }

    private async Task<Dictionary<string, DateTimeOffset>> OnsetsAsync(
        string accountId,
        AccountPast past,
        EvaluationPolicy policy,
        List<ChurnIndicator> firing,
        IReadOnlyDictionary<string, IndicatorDay> days,
        DateTimeOffset asOf,
        CancellationToken cancellation)
    {
        if (days.Count == 0) return [];
        var last = days.Values.Max(day => day.Day);
        var upTo = last < asOf.ToDay() ? Instant.FromDay(last + 1) : asOf + LoggedEvents.Ahead;
        var fold =
            await log.FoldAsync(
                accountId, FoldStart.At(Instant.EndOfDay(days.Values.Min(day => day.Day) - 1)), upTo,
                baseline => new IndicatorOnsets(baseline, past, policy, firing, days, asOf), cancellation);
        return fold.Complete().ToDictionary(StringComparer.Ordinal);
    }

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
