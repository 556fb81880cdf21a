using FsCheck;
using FsCheck.Fluent;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Signals;

/// <summary>Subscriptions depend only on the set of their events, not on the order or on how often an event is folded.</summary>
internal sealed class SubscriptionProperties
{
    [FsCheck.NUnit.Property(Arbitrary = [typeof(Subscribers)], MaxTest = 500)]
    public void Any_order_and_any_repetition_give_the_same_subscriptions_and_terms(AccountHistory history)
    {
        var random = new Random(history.Seed);
        HealthEvent[] repeated = [.. history.Events, .. history.Events.Where(_ => random.Next(2) == 0)];
        random.Shuffle(repeated);
        var (straight, mixed) = (FoldProperties.Fold(history.Events), AccountFigures.Decode([]));
        foreach (var happened in repeated)
        {
            mixed.Apply(happened);
            if (random.Next(3) == 0) mixed = AccountFigures.Decode(mixed.Encode(history.AsOf));
        }

        foreach (var days in (int[])[0, 5, 45, 400])
        {
            var asOf = history.AsOf.AddDays(days);
            Assert.That(mixed.SubscriptionsAt(asOf), Is.EqualTo(straight.SubscriptionsAt(asOf)));
            Assert.That(
                EffectiveAccount.Apply(history.Account, mixed.TermsAt(asOf)),
                Is.EqualTo(EffectiveAccount.Apply(history.Account, straight.TermsAt(asOf))));
            Assert.That(mixed.Encode(asOf), Is.EqualTo(straight.Encode(asOf)), "equal sets of events must give equal bytes");
        }
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Subscribers)], MaxTest = 300)]
    public void Applying_the_terms_twice_gives_the_same_account_as_once(AccountHistory history)
    {
        var terms = FoldProperties.Fold(history.Events).TermsAt(history.AsOf);
        var once = EffectiveAccount.Apply(history.Account, terms);
        Assert.That(EffectiveAccount.Apply(once, terms), Is.EqualTo(once));
    }

    private static class Subscribers
    {
        public static Arbitrary<AccountHistory> Any() => Arb.From(
            Histories.History().Generator.Select(history => history with { Events = [.. history.Events.Where(IsSubscription)] }),
            Histories.Shrink);

        private static bool IsSubscription(HealthEvent happened) =>
            happened.Type is EventType.BillingSubscriptionChanged or EventType.BillingSubscriptionCancelled or EventType.BillingRenewed;
    }
}
