using System.Text;
using FsCheck.NUnit;
using HealthApi.Api.Tests.Core.Scoring;
using HealthApi.Core.Churn;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SignalText;

namespace HealthApi.Api.Tests.Core.Churn;

/// <summary>The default rules match domain.md §5: each indicator on both sides of its bound, and risk values computed by hand.</summary>
[Properties(Arbitrary = [typeof(ScoringArbitraries)], MaxTest = 300, QuietOnSuccess = true)]
internal sealed class ChurnAssessorTests
{
    [TestCase("npsScore180=19.9", "nps_detractor")]
    [TestCase("npsScore180=20", "")]
    [TestCase("npsScore180=0 npsResponses180=1 npsLatest=7", "", Description = "A single passive answer is not a detractor.")]
    [TestCase("npsScore180=-100 npsResponses180=1 npsLatest=6", "nps_detractor")]
    [TestCase("npsScore180=0 npsResponses180=2 npsLatest=8", "")]
    [TestCase("npsScore180=19.9 npsResponses180=3 npsLatest=10", "nps_detractor")]
    [TestCase("npsScore180=20 npsResponses180=3 npsLatest=0", "")]
    [TestCase("npsLatest=0", "")]
    [TestCase("npsScore180=19.9999999", "", Description = "A floating-point rounding error does not fire an indicator.")]
    [TestCase("executiveEscalations90=2", "executive_escalations")]
    [TestCase("executiveEscalations90=1", "")]
    [TestCase("usageChange30=-0.30", "usage_drop")]
    [TestCase("usageChange30=-0.9", "usage_drop")]
    [TestCase("usageChange30=-0.299999", "usage_decline")]
    [TestCase("usageChange30=-0.25", "usage_decline")]
    [TestCase("usageChange30=-0.249999", "")]
    [TestCase("renewalIncomplete=true", "renewal_incomplete")]
    [TestCase("renewalIncomplete=false", "")]
    [TestCase("competitorMentions90=1", "competitor")]
    [TestCase("competitorMentions90=0", "")]
    [TestCase("championLeft=true", "champion_left")]
    [TestCase("championLeft=false", "")]
    [TestCase("highPriorityTickets14=2", "high_priority_tickets")]
    [TestCase("highPriorityTickets14=1", "")]
    [TestCase("csatDecliningMonths=3", "csat_declining")]
    [TestCase("csatDecliningMonths=2", "")]
    [TestCase("escalationChange30=0.000001", "escalations_rising")]
    [TestCase("escalationChange30=0", "")]
    [TestCase("escalationChange30=1 escalations30=1", "")]
    [TestCase("escalationChange30=1 escalations30=2", "escalations_rising")]
    [TestCase("missedQbrs365=1", "missed_reviews")]
    [TestCase("missedQbrs365=0", "")]
    [TestCase("ticketChange30=0.5", "ticket_spike")]
    [TestCase("ticketChange30=0.49", "")]
    [TestCase("ticketChange30=1 tickets30=2", "", Description = "An increase from one ticket to two is not a spike.")]
    [TestCase("ticketChange30=1 tickets30=4", "")]
    [TestCase("ticketChange30=0.5 tickets30=5", "ticket_spike")]
    [TestCase("paymentStatus=late", "payment_delayed")]
    [TestCase("paymentStatus=overdue", "payment_delayed")]
    [TestCase("paymentStatus=current", "")]
    [TestCase("budgetCutCommunicated180=true", "budget_cut")]
    [TestCase("budgetCutCommunicated180=false", "")]
    [TestCase("daysSinceLastActivity=6", "")]
    [TestCase("daysSinceLastActivity=7", "inactive_7d")]
    [TestCase("daysSinceLastActivity=13", "inactive_7d")]
    [TestCase("daysSinceLastActivity=14", "inactive_14d")]
    [TestCase("cancellationScheduled=0", "cancellation_scheduled")]
    [TestCase("cancellationScheduled=300", "cancellation_scheduled")]
    [TestCase("mrrChange90=-0.2", "contraction")]
    [TestCase("mrrChange90=-0.19", "")]
    [TestCase("", "")]
    public void An_indicator_fires_at_its_bound_and_beyond(string signals, string indicator)
    {
        var firing = Assess(signals).Indicators;
        Assert.That(string.Join(' ', firing.Select(fired => fired.Id)), Is.EqualTo(indicator));
    }

    [TestCase("", 0, "low")]
    [TestCase("missedQbrs365=1", 25, "medium")]
    [TestCase("missedQbrs365=1 paymentStatus=late", 43.75, "medium")]
    [TestCase("missedQbrs365=1 paymentStatus=late highPriorityTickets14=2", 57.8125, "medium")]
    [TestCase("championLeft=true", 60, "high")]
    [TestCase("championLeft=true missedQbrs365=1", 70, "high")]
    [TestCase("championLeft=true competitorMentions90=1", 84, "high")]
    [TestCase("championLeft=true competitorMentions90=3 budgetCutCommunicated180=true", 88, "critical")]
    [TestCase("championLeft=true renewalIncomplete=true usageChange30=-0.5", 93.6, "critical")]
    public void The_risk_is_one_minus_the_product_of_the_probabilities_of_staying(string signals, double risk, string level)
    {
        var assessed = Assess(signals);
        Assert.That((assessed.Score, assessed.Level), Is.EqualTo((risk, level)));
    }

    [Test]
    public void The_eighteen_indicators_have_the_severities_and_kinds_in_domain_md()
    {
        string[] high =
        [
            "nps_detractor", "executive_escalations", "usage_drop", "renewal_incomplete", "competitor", "champion_left", "inactive_14d",
            "cancellation_scheduled",
        ];
        var rules = BuiltInChurnRules.Default;
        Assert.That(rules.Indicators, Has.Length.EqualTo(18));
        Assert.That(
            rules.Indicators.Where(indicator => indicator.Severity == Severity.High).Select(indicator => indicator.Id),
            Is.EquivalentTo(high));
        Assert.That(rules.Indicators.Select(indicator => indicator.Intervention), Is.All.Not.Empty);
        string[] facts =
        [
            "nps_detractor", "executive_escalations", "renewal_incomplete", "competitor", "champion_left", "missed_reviews",
            "payment_delayed", "budget_cut",
            "cancellation_scheduled", "contraction",
        ];
        Assert.That(
            rules.Indicators.Where(indicator => indicator.Kind == IndicatorKind.Fact).Select(indicator => indicator.Id),
            Is.EquivalentTo(facts));
        Assert.That(rules.Description, Does.Contain("index").And.Not.Contain("chance").And.Not.Contain("probab"));
    }

    [Test]
    public void Evidence_holds_only_the_values_that_made_the_indicator_fire()
    {
        var fired = Assess("daysSinceLastActivity=9 tickets30=4").Indicators.Single();
        Assert.That(
            fired.Evidence, Is.EquivalentTo(new Dictionary<Signal, SignalValue> { [Signal.DaysSinceLastActivity] = SignalValue.Of(9) }));
        Assert.That(fired.Intervention, Is.Not.Empty);
    }

    [FsCheck.NUnit.Property]
    public void A_risk_is_between_0_and_100_and_is_0_exactly_when_no_indicator_fires(SignalSet signals)
    {
        var risk = ChurnAssessor.Assess(BuiltInChurnRules.Default, signals);
        Assert.That(risk.Score, Is.InRange(0, 100));
        Assert.That(risk.Score == 0, Is.EqualTo(risk.Indicators.Count == 0));
        Assert.That(
            risk.Indicators.SelectMany(fired => fired.Evidence.Values).Any(value => value.IsMissing), Is.False,
            "evidence contains no missing signal");
    }

    [FsCheck.NUnit.Property]
    public void The_order_of_indicators_does_not_matter(SignalSet signals)
    {
        var rules = BuiltInChurnRules.Default;
        var reversed = rules with { Indicators = [.. rules.Indicators.Reverse()] };
        var (one, other) = (ChurnAssessor.Assess(rules, signals), ChurnAssessor.Assess(reversed, signals));
        Assert.That((other.Score, other.Level), Is.EqualTo((one.Score, one.Level)));
    }

    [Test]
    public void The_default_rules_read_back_unchanged()
    {
        var written = ChurnRuleSetWriter.ToUtf8(BuiltInChurnRules.Default);
        Assert.That(
            Encoding.UTF8.GetString(ChurnRuleSetWriter.ToUtf8(ChurnRuleSetReader.Read(written).Required())),
            Is.EqualTo(Encoding.UTF8.GetString(written)));
    }

    private static ChurnRisk Assess(string signals) => ChurnAssessor.Assess(BuiltInChurnRules.Default, Given(signals));
}
