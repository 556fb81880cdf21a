using HealthApi.Core.Accounts;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SampleEvents;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class EffectiveAccountTests
{
    private static readonly Account Given =
        Acme with { Mrr = 100, Licences = 10, RenewalDate = Now.AddDays(50), TermsSetAt = Now.AddDays(-10) };

    [Test]
    public void Billing_terms_later_than_the_profile_supersede_it()
    {
        var account = EffectiveAccount.Apply(Given, Figures(Billing(9, mrr: 90, licences: 9, renewal: 400)).TermsAt(Now));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(account.Mrr, Is.EqualTo(90));
            Assert.That(account.Licences, Is.EqualTo(9));
            Assert.That(account.RenewalDate, Is.EqualTo(Now.AddDays(400)));
        }
    }

    [TestCase(10)]
    [TestCase(11)]
    public void Billing_terms_that_are_not_later_than_the_profile_do_not_supersede_it(double daysAgo) =>
        Assert.That(
            EffectiveAccount.Apply(Given, Figures(Billing(daysAgo, mrr: 90, licences: 9, renewal: 400)).TermsAt(Now)), Is.SameAs(Given));

    [Test]
    public void Old_billing_terms_fill_the_members_that_the_profile_leaves_empty()
    {
        var account = EffectiveAccount.Apply(Given with { Licences = null }, Figures(Billing(300, mrr: 90, licences: 9)).TermsAt(Now));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(account.Licences, Is.EqualTo(9));
            Assert.That(account.Mrr, Is.EqualTo(100));
        }
    }

    [Test]
    public void The_latest_billing_term_wins_and_of_two_at_one_instant_the_greater()
    {
        var terms = Figures(Billing(5, mrr: 70.00m), Billing(9, mrr: 500), Billing(5, mrr: 60), Billing(7, licences: 3)).TermsAt(Now);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(terms.Mrr("USD"), Is.EqualTo(new Term<decimal>(70, Now.AddDays(-5))));
            Assert.That(terms.Licences?.Value, Is.EqualTo(3));
            Assert.That(terms.RenewalDate, Is.Null);
        }
    }

    [Test]
    public void Applying_the_terms_before_deriving_gives_the_same_signals()
    {
        var figures = Figures(Billing(5, licences: 4), Usage(1, user: "ada"));
        var account = EffectiveAccount.Apply(Given, figures.TermsAt(Now));
        Assert.That(SignalDeriver.Derive(figures, Given, Now)[Signal.ActiveUserRatio].Number, Is.EqualTo(0.25));
        Support.Data.SignalAssert.Same(SignalDeriver.Derive(figures, account, Now), SignalDeriver.Derive(figures, Given, Now));
    }
}
