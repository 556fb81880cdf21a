using FsCheck.Fluent;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class FoldProperties
{
    private const int MostBatches = 5;

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 400)]
    public void Order_and_batching_of_events_do_not_change_the_figures(AccountHistory history)
    {
        var straight = Fold(history.Events);
        var mixed = FoldInBatches(history);
        foreach (var later in (int[])[0, 1, 29, 200])
        {
            var asOf = history.AsOf.AddDays(later);
            SignalAssert.Same(SignalDeriver.Derive(mixed, history.Account, asOf), SignalDeriver.Derive(straight, history.Account, asOf));
            Assert.That(mixed.Encode(asOf), Is.EqualTo(straight.Encode(asOf)), "equal sets of events must give equal bytes");
            mixed = AccountFigures.Decode(mixed.Encode(asOf));
        }
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 600)]
    public void Every_signal_equals_its_plain_definition(AccountHistory history)
    {
        var figures = Fold(history.Events);
        var naive = NaiveSignals.Derive(history.Events, history.Account, history.AsOf);
        SignalAssert.Same(SignalDeriver.Derive(figures, history.Account, history.AsOf), naive);
        var stored = AccountFigures.Decode(figures.Encode(history.AsOf));
        SignalAssert.Same(SignalDeriver.Derive(stored, history.Account, history.AsOf), naive);
    }

    /// <summary>
    /// The properties do not hold vacuously: among random histories every signal has several values and is sometimes missing.
    /// </summary>
    [Test]
    public void Random_histories_give_every_signal_several_values_and_sometimes_none()
    {
        var histories = Histories.History().Generator.Sample(100, new FsCheck.Rnd(1), 400);
        var derived = histories.Select(history => SignalDeriver.Derive(Fold(history.Events), history.Account, history.AsOf)).ToList();
        using var scope = Assert.EnterMultipleScope();
        foreach (var signal in SignalCatalogue.All)
        {
            var values = derived.Select(signals => signals[signal.Signal]).ToHashSet();
            Assert.That(
                values.Count(value => !value.IsMissing), Is.GreaterThanOrEqualTo(2), $"{signal.Name} has at least two different values");
            Assert.That(values.Any(value => value.IsMissing), $"{signal.Name} is sometimes missing");
        }
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 100)]
    public void Terms_and_newest_times_survive_storing(AccountHistory history)
    {
        var figures = Fold(history.Events);
        var stored = AccountFigures.Decode(figures.Encode(history.AsOf));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stored.SubscriptionsAt(history.AsOf), Is.EqualTo(figures.SubscriptionsAt(history.AsOf)));
            Assert.That(Effective(stored, history), Is.EqualTo(Effective(figures, history)));
            Assert.That(stored.NewestEvent, Is.EqualTo(history.Events.Max(e => (DateTimeOffset?)e.OccurredAt)));
            Assert.That(
                stored.NewestUsage, Is.EqualTo(history.Events.Where(e => e.Data is UsageData).Max(e => (DateTimeOffset?)e.OccurredAt)));
        }
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(CrowdedDays)], MaxTest = 400)]
    public void On_crowded_days_too_order_does_not_matter_and_signals_equal_their_definition(AccountHistory history)
    {
        Order_and_batching_of_events_do_not_change_the_figures(history);
        Every_signal_equals_its_plain_definition(history);
    }

    private static Account Effective(AccountFigures figures, AccountHistory history) =>
        EffectiveAccount.Apply(history.Account, figures.TermsAt(history.AsOf));

    internal static AccountFigures Fold(IEnumerable<HealthEvent> events)
    {
        var figures = new AccountFigures();
        foreach (var e in events)
        {
            figures.Apply(e);
        }

        return figures;
    }

    /// <summary>
    /// Folds the shuffled events in batches. Between batches, at later and later instants, the figures are stored and read back.
    /// </summary>
    private static AccountFigures FoldInBatches(AccountHistory history)
    {
        var random = new Random(history.Seed);
        var events = history.Events.ToArray();
        random.Shuffle(events);
        var bytes = Array.Empty<byte>();
        var batches = random.Next(1, MostBatches + 1);
        var hoursBetween = random.Next(2) == 0 ? 1 : 300;
        for (var batch = 0; batch < batches; batch++)
        {
            var figures = AccountFigures.Decode(bytes);
            foreach (var e in events.Where((_, index) => index % batches == batch))
            {
                figures.Apply(e);
            }

            bytes = figures.Encode(history.AsOf.AddHours(-hoursBetween * (batches - 1 - batch)));
        }

        return AccountFigures.Decode(bytes);
    }
}
