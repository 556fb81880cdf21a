using HealthApi.Api.Tests.Core.Signals;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Explaining;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.History;

/// <summary>A log that was pruned at any instant and in any chunks gives, from the horizon on, the same results as the whole log.</summary>
internal sealed class BaselineProperties
{
    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 300)]
    public void A_pruned_log_gives_the_same_figures_as_the_whole_log(AccountHistory history)
    {
        var pruned = new PrunedLog(history);
        var figures = pruned.Baseline?.Open() ?? new AccountFigures();
        foreach (var logged in pruned.Rest) figures.Apply(logged.Event);
        Assert.That(figures.Encode(history.AsOf), Is.EqualTo(FoldProperties.Fold(history.Events).Encode(history.AsOf)));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(CrowdedDays)], MaxTest = 100)]
    public void A_pruned_log_with_crowded_days_gives_the_same_figures_as_the_whole_log(AccountHistory history) =>
        A_pruned_log_gives_the_same_figures_as_the_whole_log(history);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 100)]
    public void A_pruned_log_gives_the_same_history_from_the_horizon_on(AccountHistory history)
    {
        var (pruned, past, today) = (new PrunedLog(history), AccountPast.Of(history.Account), history.AsOf.ToDay());
        var whole = new HistoryFold(null, past, TestPolicies.Default, int.MinValue, today).Over(pruned.Whole).Complete();
        var rest = new HistoryFold(pruned.Baseline, past, TestPolicies.Default, int.MinValue, today).Over(pruned.Rest).Complete();
        for (var day = pruned.Horizon.ToDay(); day < today; day++) Assert.That(On(rest, day), Is.EqualTo(On(whole, day)), $"day {day}");
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 200)]
    public void A_pruned_log_gives_the_same_standing_and_change_at_any_instant_from_the_horizon_on(AccountHistory history, byte percent)
    {
        var (pruned, past) = (new PrunedLog(history), AccountPast.Of(history.Account));
        var at = Instant.Truncate(pruned.Horizon + ((history.AsOf - pruned.Horizon) * (percent % 101 / 100.0)));
        var whole = new TimeTravel(null, past, TestPolicies.Default, at).Over(pruned.Whole);
        var rest = new TimeTravel(pruned.Baseline, past, TestPolicies.Default, at).Over(pruned.Rest);
        Assert.That(Figures(rest.AsKnownNow), Is.EqualTo(Figures(whole.AsKnownNow)));
        Assert.That(rest.Restated, Is.EqualTo(whole.Restated));
        if (pruned.Baseline is null || pruned.Baseline.LastReceivedAt <= at || pruned.Baseline.FirstReceivedAt > at)
            Assert.That(Figures(rest.AsKnownThen), Is.EqualTo(Figures(whole.AsKnownThen)));

        var change = Change(pruned.Baseline, pruned.Rest, past, at, history.AsOf);
        var wholeChange = Change(null, pruned.Whole, past, at, history.AsOf);
        Assert.That((change.Change, string.Join(';', change.Parts)), Is.EqualTo((wholeChange.Change, string.Join(';', wholeChange.Parts))));
    }

    private static ScoreChange Change(
        AccountBaseline? baseline, LoggedEvent[] log, AccountPast past, DateTimeOffset from, DateTimeOffset to) =>
        new ChangedScore(past, TestPolicies.Default)
            .Between(new ChangeView(baseline, from).Over(log), new ChangeView(baseline, to).Over(log));

    private static (double?, string, double, string)? On(IEnumerable<DayStanding> rows, int day) =>
        rows.LastOrDefault(row => row.Day <= day) is { } row ? (row.Score, row.Category, row.RiskScore, row.RiskLevel) : null;

    private static (double?, string, double, string) Figures(AccountStanding standing) =>
        (standing.Health.Score, standing.Health.Category, standing.Risk.Score, standing.Risk.Level);

    /// <summary>A log whose events before an instant were pruned in chunks, except for some that arrived too late to be pruned.</summary>
    private sealed class PrunedLog
    {
        private const int MostChunks = 3;

        public PrunedLog(AccountHistory history)
        {
            var random = new Random(history.Seed);
            Horizon = Instant.Truncate(history.AsOf.AddDays(-random.NextDouble() * 400));
            Whole = [
                .. history.Events.OrderBy(happened => happened.OccurredAt)
                .Select(happened => new LoggedEvent(happened, happened.OccurredAt.AddDays(random.Next(3) * random.NextDouble() * 5)))];
            var old = Whole.Where(logged => logged.Event.OccurredAt < Horizon && random.Next(8) > 0).ToHashSet();
            Rest = [.. Whole.Where(logged => !old.Contains(logged))];
            foreach (var chunk in old.Chunk(Math.Max(1, old.Count / (1 + random.Next(MostChunks)))))
            {
                var newest = chunk.Max(logged => logged.Event.OccurredAt);
                var horizon = random.Next(2) == 0 ? Horizon : Instant.Truncate(newest + ((Horizon - newest) * random.NextDouble()));
                Baseline = AccountBaseline.Extend(Baseline, chunk, horizon);
            }

            if (Baseline is not null) Horizon = Baseline.Horizon;
        }

        public DateTimeOffset Horizon { get; }

        public AccountBaseline? Baseline { get; }

        public LoggedEvent[] Whole { get; }

        public LoggedEvent[] Rest { get; }
    }
}
