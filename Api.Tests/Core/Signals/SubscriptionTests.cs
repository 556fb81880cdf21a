using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SampleEvents;

namespace HealthApi.Api.Tests.Core.Signals;

/// <summary>Tests each rule of domain.md §2a separately.</summary>
internal sealed class SubscriptionTests
{
    private static readonly BillingData Base =
        new() { SubscriptionId = "base", Mrr = 2000, Licences = 50, TermMonths = 12, CurrentPeriodEnd = Now.AddDays(200) };
    private static readonly BillingData AddOn = new() { SubscriptionId = "add-on", Mrr = 15, Licences = 0, TermMonths = 1 };

    [Test]
    public void The_terms_of_an_account_are_the_sum_of_its_running_subscriptions()
    {
        var account = Effective(Subscription(100, Base), Subscription(10, AddOn));
        Assert.That((account.Mrr, account.Arr, account.Licences, account.RenewalDate), Is.EqualTo((2015m, 24_180m, 50, Now.AddDays(200))));
        account = Effective(Subscription(100, Base), Subscription(10, AddOn), Cancelled(1, new() { SubscriptionId = "add-on", Mrr = 0 }));
        Assert.That((account.Mrr, account.Licences, account.ChurnedAt), Is.EqualTo((2000m, 50, (DateTimeOffset?)null)));
    }

    [Test]
    public void An_ARR_that_the_profile_states_after_the_MRR_event_is_kept()
    {
        var stated = Subscription(10, Base);
        Assert.That(Effective(Acme with { Arr = 30_000, ArrSetAt = Now.AddDays(-9) }, stated).Arr, Is.EqualTo(30_000));
        Assert.That(Effective(Acme with { Arr = 30_000, ArrSetAt = Now.AddDays(-11) }, stated).Arr, Is.EqualTo(24_000));
    }

    [Test]
    public void Only_one_currency_counts_and_that_of_the_profile_comes_first()
    {
        var (euros, dollars) = (AddOn with { Currency = "EUR" }, Base with { Currency = "USD" });
        Assert.That(Effective(Subscription(9, euros), Subscription(9, dollars)).Mrr, Is.EqualTo(2000));
        var account = Effective(Subscription(9, euros));
        Assert.That((account.Mrr, account.Currency), Is.EqualTo((15m, "EUR")), "no subscription is in the profile's currency");
    }

    [Test]
    public void A_monthly_plan_that_renews_by_itself_has_no_renewal_date()
    {
        var monthly = new BillingData
        {
            SubscriptionId = "m",
            Mrr = 100,
            TermMonths = 1,
            CurrentPeriodEnd = Now.AddDays(20),
            RenewalDate = Now.AddDays(20)
        };
        var account = Acme with { RenewalDate = Now.AddDays(20), CustomerSince = Now.AddDays(-400), TermsSetAt = Now.AddDays(-300) };
        var events = Subscription(40, monthly);
        Assert.That(Effective(account, events).RenewalDate, Is.Null);
        Assert.That(Derived(account, events)[Signal.RenewalIncomplete].IsMissing);
        Assert.That(
            LifecyclePhases.Of(Effective(account, events), SegmentPolicy.Default.Phases, Now), Is.EqualTo(LifecyclePhases.Maturity));
        Assert.That(
            Effective(Subscription(40, monthly with { AutoRenew = false })).RenewalDate, Is.EqualTo(Now.AddDays(20)),
            "it does not renew by itself");
        Assert.That(Effective(Subscription(40, monthly with { TermMonths = 3 })).RenewalDate, Is.EqualTo(Now.AddDays(20)));
    }

    [Test]
    public void A_cancellation_schedules_the_end_and_revoking_it_clears_the_schedule()
    {
        var cancelling = Subscription(1, new() { SubscriptionId = "base", CancelAtPeriodEnd = true });
        Assert.That(Derived(Subscription(100, Base), cancelling)[Signal.CancellationScheduled].Number, Is.EqualTo(200));
        Assert.That(Derived(Subscription(100, Base), cancelling).EvidenceAt(Signal.CancellationScheduled), Is.EqualTo(Now.AddDays(-1)));
        Assert.That(
            Derived(Subscription(100, Base), cancelling, Subscription(3, AddOn))[Signal.CancellationScheduled].IsMissing,
            "the add-on continues");
        var back = Subscription(0.5, new() { SubscriptionId = "base", CancelAtPeriodEnd = false });
        Assert.That(Derived(Subscription(100, Base), cancelling, back)[Signal.CancellationScheduled].IsMissing);
        var ahead = Cancelled(1, new() { SubscriptionId = "base", EndsAt = Now.AddDays(12.5) });
        Assert.That(Derived(Subscription(100, Base), ahead)[Signal.CancellationScheduled].Number, Is.EqualTo(12));
        Assert.That(Effective(Subscription(100, Base), ahead).Mrr, Is.EqualTo(2000), "the subscription runs until its end");
    }

    [Test]
    public void The_end_of_the_last_subscription_is_churn_until_another_begins()
    {
        HealthEvent[] ended = [Subscription(100, Base), Cancelled(30, new() { SubscriptionId = "base", EndsAt = Now.AddDays(-3) })];
        var account = Effective(ended);
        Assert.That(
            (account.ChurnedAt, account.Mrr, account.Licences, account.RenewalDate),
            Is.EqualTo((Now.AddDays(-3), 0m, 0, (DateTimeOffset?)null)));
        Assert.That(Derived(ended)[Signal.CancellationScheduled].IsMissing, "no running subscription is left");
        Assert.That(Effective([.. ended, Subscription(1, AddOn)]).ChurnedAt, Is.Null);
        Assert.That(Effective([.. ended, Subscription(1, Base)]).ChurnedAt, Is.Null, "the same subscription is resumed");
        Assert.That(
            Effective([.. ended, Subscription(4, Base)]).ChurnedAt, Is.EqualTo(Now.AddDays(-3)),
            "an event before the end does not undo it");
    }

    [Test]
    public void A_paused_subscription_adds_nothing_to_the_terms_and_is_not_churn()
    {
        var account = Effective(Subscription(100, Base), Subscription(1, new() { SubscriptionId = "base", Paused = true }));
        Assert.That((account.Mrr, account.Licences, account.ChurnedAt), Is.EqualTo((0m, 0, (DateTimeOffset?)null)));
    }

    [Test]
    public void The_churn_date_of_the_profile_holds_until_a_subscription_begins_after_it()
    {
        var left = Acme with { ChurnedAt = Now.AddDays(-50) };
        Assert.That(
            Effective(left, Subscription(100, Base), Subscription(20, Base with { Licences = 60 })).ChurnedAt,
            Is.EqualTo(Now.AddDays(-50)));
        Assert.That(Effective(left, Subscription(100, Base), Subscription(20, AddOn)).ChurnedAt, Is.Null);
    }

    [Test]
    public void The_change_of_revenue_covers_all_subscriptions()
    {
        Assert.That(Derived(Subscription(100, Base), Subscription(10, AddOn))[Signal.MrrChange90].Number, Is.EqualTo(0.0075));
        var two = new[] { Subscription(200, Base), Subscription(200, Base with { SubscriptionId = "b", Mrr = 500 }) };
        Assert.That(Derived([.. two, Cancelled(20, new() { SubscriptionId = "b" })])[Signal.MrrChange90].Number, Is.EqualTo(-0.2));
        Assert.That(
            Derived([.. two, Cancelled(95, new() { SubscriptionId = "b", EndsAt = Now.AddDays(-89) })])[Signal.MrrChange90].Number,
            Is.EqualTo(-0.2), "the subscription still ran 90 days ago");
    }

    [Test]
    public void Terms_without_a_subscription_id_are_replaced_when_the_same_source_names_the_subscription()
    {
        var before = Subscription(100, Base with { SubscriptionId = null }, source: "int_1");
        Assert.That(Effective(before).Mrr, Is.EqualTo(2000));
        Assert.That(Effective(before, Subscription(10, Base, source: "int_1")).Mrr, Is.EqualTo(2000), "the same subscription, by its id");
        Assert.That(Effective(before, Subscription(10, AddOn)).Mrr, Is.EqualTo(2015), "another source names another subscription");
    }

    private static HealthEvent Cancelled(double daysAgo, BillingData data) =>
        Subscription(daysAgo, data, EventType.BillingSubscriptionCancelled);

    private static Account Effective(params HealthEvent[] events) => Effective(Acme, events);

    private static Account Effective(Account account, params HealthEvent[] events) =>
        EffectiveAccount.Apply(account, AccountFigures.Decode(Figures(events).Encode(Now)).TermsAt(Now));
}
