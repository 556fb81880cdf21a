using FsCheck.Fluent;
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

/// <summary>
/// A fold that starts at a checkpoint gives the same results as one of the whole log: whenever the checkpoint was set, whichever events
/// came late, before or after that, and whichever were pruned before.
/// </summary>
internal sealed class CheckpointProperties
{
    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 300)]
    public void A_fold_from_a_checkpoint_gives_the_same_figures_as_the_whole_log(AccountHistory history)
    {
        var log = new CheckpointedLog(history);
        var figures = log.Start?.Open() ?? new AccountFigures();
        foreach (var logged in log.Rest) figures.Apply(logged.Event);
        Assert.That(figures.Encode(history.AsOf), Is.EqualTo(FoldProperties.Fold(history.Events).Encode(history.AsOf)));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(CrowdedDays)], MaxTest = 100)]
    public void A_fold_of_crowded_days_from_a_checkpoint_gives_the_same_figures_as_the_whole_log(AccountHistory history) =>
        A_fold_from_a_checkpoint_gives_the_same_figures_as_the_whole_log(history);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 100)]
    public void A_history_from_a_checkpoint_is_the_same_as_from_the_whole_log(AccountHistory history, byte later)
    {
        var (log, past, today) = (new CheckpointedLog(history), AccountPast.Of(history.Account), history.AsOf.ToDay());
        var from = Math.Min(today, log.Horizon.AddMicroseconds(-1).ToDay() + 1 + (later % 40));
        var whole = new HistoryFold(null, past, TestPolicies.Default, from, today).Over(log.Whole);
        var rest = new HistoryFold(log.Start, past, TestPolicies.Default, from, today).Over(log.Rest);
        Assert.That(rest.Complete(), Is.EqualTo(whole.Complete()));
        Assert.That(rest.FirstDay, Is.EqualTo(whole.FirstDay));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 200)]
    public void A_standing_and_a_change_from_a_checkpoint_are_the_same_as_from_the_whole_log(AccountHistory history, byte percent)
    {
        var (log, past) = (new CheckpointedLog(history), AccountPast.Of(history.Account));
        var at = Instant.Truncate(log.Horizon + ((history.AsOf - log.Horizon) * (percent % 101 / 100.0)));
        var whole = new TimeTravel(null, past, TestPolicies.Default, at).Over(log.Whole);
        var rest = new TimeTravel(log.Start, past, TestPolicies.Default, at).Over(log.Rest);
        Assert.That(Shown(rest.AsKnownNow), Is.EqualTo(Shown(whole.AsKnownNow)));
        Assert.That(rest.Restated, Is.EqualTo(whole.Restated));
        var separates = log.Start is null || log.Start.LastReceivedAt <= at || log.Start.FirstReceivedAt > at;
        if (separates) Assert.That(Shown(rest.AsKnownThen), Is.EqualTo(Shown(whole.AsKnownThen)));
        foreach (var asKnownThen in separates ? (bool[])[false, true] : [false])
        {
            var changed = new ChangedScore(past, TestPolicies.Default, asKnownThen);
            var after = new ChangeView(null, history.AsOf, asKnownThen).Over(log.Whole);
            var expected = changed.Between(new ChangeView(null, at, asKnownThen).Over(log.Whole), after);
            var change = changed.Between(new ChangeView(log.Start, at, asKnownThen).Over(log.Rest), after);
            Assert.That((change.Change, string.Join(';', change.Parts)), Is.EqualTo((expected.Change, string.Join(';', expected.Parts))));
        }
    }

    /// <summary>A log with events that came long after retention had pruned their neighbours.</summary>
    [FsCheck.NUnit.Property(
        Arbitrary = [typeof(Histories)], MaxTest = 1, Replay = "10745221760280209219,4004384678678185993,94")]
    public void An_indicator_has_the_same_beginning_beside_stragglers_of_pruned_days(AccountHistory history) =>
        An_indicator_that_begins_to_fire_after_a_checkpoint_has_the_same_beginning(history);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 200)]
    public void An_indicator_that_begins_to_fire_after_a_checkpoint_has_the_same_beginning(AccountHistory history)
    {
        var (log, past, at) = (new CheckpointedLog(history), AccountPast.Of(history.Account), history.AsOf);
        var standing = new TimeTravel(null, past, TestPolicies.Default, at).Over(log.Whole).AsKnownNow;
        var ids = standing.Risk.Indicators.Select(indicator => indicator.Id).ToHashSet(StringComparer.Ordinal);
        var firing = standing.Judgement.Rules.Indicators.Where(indicator => ids.Contains(indicator.Id)).ToList();
        var whole = new IndicatorDays(null, past, TestPolicies.Default, firing, at).Over(log.Whole).Complete();
        var rest = new IndicatorDays(log.Start, past, TestPolicies.Default, firing, at).Over(log.Rest).Complete();
        Assert.That(rest.Keys, Is.EquivalentTo(whole.Keys));
        var began = rest.Where(pair => !pair.Value.IsFirst).ToDictionary(StringComparer.Ordinal);
        foreach (var (id, day) in began) Assert.That(day.Day, Is.EqualTo(whole[id].Day), id);
        var onsets = new IndicatorOnsets(log.Start, past, TestPolicies.Default, firing, began, at).Over(log.Rest).Complete();
        var expected = new IndicatorOnsets(null, past, TestPolicies.Default, firing, whole, at).Over(log.Whole).Complete();
        foreach (var (id, onset) in onsets) Assert.That(onset, Is.EqualTo(expected[id]), id);
    }

    /// <summary>The properties do not hold vacuously.</summary>
    [Test]
    public void Random_logs_have_checkpoints_with_late_events_and_without()
    {
        var histories = Histories.History().Generator.Sample(60, new FsCheck.Rnd(1), 300);
        var logs = histories.Select(history => new CheckpointedLog(history)).ToList();
        Assert.That(logs.Count(log => log.Start is { IsCheckpoint: true } && log.Late > 0), Is.GreaterThan(20));
        Assert.That(logs.Count(log => log.Start is { IsCheckpoint: true } && log.Late == 0), Is.GreaterThan(20));
    }

    private static (double?, string, double, string) Shown(AccountStanding standing) =>
        (standing.Health.Score, standing.Health.Category, standing.Risk.Score, standing.Risk.Level);

    /// <summary>
    /// A log whose events come in any order. Some are pruned, and checkpoints are set in one to three passes over what has come so far,
    /// each from a checkpoint of the pass before.
    /// </summary>
    private sealed class CheckpointedLog
    {
        private const int MostPasses = 3, MostSpan = 12;

        public CheckpointedLog(AccountHistory history)
        {
            var random = new Random(history.Seed);
            Whole =
            [
                .. history.Events.OrderBy(happened => happened.OccurredAt)
                    .Select(happened => new LoggedEvent(happened, happened.OccurredAt.AddDays(random.Next(3) * random.NextDouble() * 5))),
            ];
            var seqs = Whole.OrderBy(logged => logged.ReceivedAt.AddDays(random.Next(2) * random.NextDouble() * 30))
                .Index().ToDictionary(pair => pair.Item, pair => pair.Index);
            List<LoggedEvent> log = [.. Whole];
            if (random.Next(3) == 0) Start = Prune(log, seqs, Instant.Truncate(history.AsOf.AddDays(-random.NextDouble() * 400)));
            var last = 0;
            for (var pass = random.Next(MostPasses); pass >= 0; pass--)
            {
                var newest = Start is { IsCheckpoint: true } ? Start.Horizon : DateTimeOffset.MinValue;
                var (since, upTo) = (last, random.Next(Math.Max(last, seqs.Count / 3), seqs.Count + 1));
                var fold = new CheckpointFold(Start, random.Next(1, MostSpan));
                var known = log.Where(logged => seqs[logged] < upTo).ToList();
                foreach (var late in known.Where(one => one.Event.OccurredAt <= newest && seqs[one] >= since)) fold.TakeLate(late);
                var cuts = known.Where(one => one.Event.OccurredAt > newest).Select(fold.Take).OfType<AccountBaseline>()
                    .Where(cut => cut.Horizon <= history.AsOf).ToList();
                if (cuts.Count == 0) continue;
                (Start, last) = (cuts[random.Next(cuts.Count)], upTo);
            }

            Horizon = Start?.Horizon ?? (Whole.Length == 0 ? history.AsOf : Whole[0].Event.OccurredAt);
            if (Horizon > history.AsOf) Horizon = history.AsOf;
            var contained = Start is { IsCheckpoint: true } ? Start.Horizon : DateTimeOffset.MinValue;
            var lates = log.Where(one => one.Event.OccurredAt <= contained && seqs[one] >= last).ToList();
            (Late, Rest) = (lates.Count, [.. lates, .. log.Where(logged => logged.Event.OccurredAt > contained)]);
        }

        /// <summary>The checkpoint; else the baseline; null where there is neither.</summary>
        public AccountBaseline? Start { get; }

        public DateTimeOffset Horizon { get; }

        public LoggedEvent[] Whole { get; }

        /// <summary>The events that the checkpoint does not contain, the late ones first.</summary>
        public LoggedEvent[] Rest { get; }

        public int Late { get; }

        /// <summary>Moves most of the events before the horizon to a baseline.</summary>
        private static AccountBaseline? Prune(List<LoggedEvent> log, Dictionary<LoggedEvent, int> seqs, DateTimeOffset horizon)
        {
            var old = log.Where(logged => logged.Event.OccurredAt < horizon && seqs[logged] % 8 > 0).ToList();
            log.RemoveAll(old.Contains);
            return old.Count == 0 ? null : AccountBaseline.Extend(null, old, horizon);
        }
    }
}
