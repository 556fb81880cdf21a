using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SignalText;

namespace HealthApi.Api.Tests.Core.Scoring;

internal sealed class HealthScorerTests
{
    private const string TwoMeasures =
        "[{'id':'a','weight':3,'measures':[{'signal':'reportedOutcome','normaliser':{'kind':'linear','from':0,'to':100}},"
        + "{'signal':'npsLatest','weight':3,'normaliser':{'kind':'linear','from':0,'to':10}}]},"
        + "{'id':'b','weight':1,'measures':[{'signal':'logins30','normaliser':{'kind':'linear','from':0,'to':10}}]}]";

    [TestCase(100, "good")]
    [TestCase(80, "good")]
    [TestCase(79.9999999, "good", Description = "A floating-point rounding error does not change the category.")]
    [TestCase(79.9999995, "good")]
    [TestCase(79.9999994, "fair")]
    [TestCase(79.9, "fair", Description = "79.9 is not 80.")]
    [TestCase(79.96, "fair", Description = "It is displayed as 80.0, but the displayed value decides nothing.")]
    [TestCase(40.000001, "fair")]
    [TestCase(40.0000004, "bad")]
    [TestCase(40, "bad", Description = "An exclusive bound is not part of its category.")]
    [TestCase(0, "bad")]
    public void A_category_is_decided_at_six_decimals(double score, string category)
        => Assert.That(HealthScorer.Score(Model.Identity, Given($"reportedOutcome={score:R}")).Category, Is.EqualTo(category));

    [TestCase(70, "yellow")]
    [TestCase(70.0000004, "yellow")]
    [TestCase(70.000001, "green")]
    [TestCase(50, "yellow")]
    [TestCase(49.999, "red")]
    public void Exactly_seventy_is_yellow_in_the_playbook_model(double outcome, string category)
        => Assert.That(
            HealthScorer.Score(BuiltInModels.Get("playbook")!, Given($"reportedOutcome={outcome:R}")).Category, Is.EqualTo(category));

    [Test]
    public void Without_any_data_there_is_no_score()
    {
        var health = HealthScorer.Score(Model.Of(TwoMeasures, "{'points':50}"), Given(""));
        Assert.Multiple(() =>
        {
            Assert.That((health.Score, health.Category, health.Coverage), Is.EqualTo(((double?)null, "unknown", 0.0)));
            Assert.That(health.Components.Select(component => component.Contribution), Is.EqualTo((double[])[0, 0]));
        });
    }

    [TestCase("'renormalise'", 80, 0.1875, Description = "Only the measure with data is left.")]
    [TestCase("'zero'", (0.25 * 80 * 3) / 4, 0.1875)]
    [TestCase(
        "{'points':40}", ((0.25 * 80 + 0.75 * 40) * 3 + 40) / 4, 0.1875, Description = "Neutral points do not raise the coverage.")]
    public void The_missing_policy_decides_how_a_missing_measure_counts(string policy, double score, double coverage)
    {
        var health = HealthScorer.Score(Model.Of(TwoMeasures, policy), Given("reportedOutcome=80"));
        Assert.That(health.Score, Is.EqualTo(score).Within(1e-9));
        Assert.That(health.Coverage, Is.EqualTo(coverage).Within(1e-12));
    }

    [Test]
    public void The_missing_policy_of_a_measure_overrides_that_of_the_model()
    {
        var model = Model.Of(TwoMeasures.Replace("'npsLatest',", "'npsLatest','missing':{'points':20},"), "'zero'");
        Assert.That(HealthScorer.Score(model, Given("reportedOutcome=80")).Score, Is.EqualTo((0.25 * 80 + 0.75 * 20) * 3 / 4).Within(1e-9));
    }

    [TestCase("reportedOutcome=80 npsLatest=3", 30)]
    [TestCase("reportedOutcome=20 npsLatest=3", 20)]
    [TestCase("reportedOutcome=80", 80, Description = "A missing measure is left out of the minimum.")]
    public void A_component_with_aggregate_min_scores_as_its_lowest_measure(string signals, double score)
    {
        var model = Model.Of(TwoMeasures.Replace("'id':'a',", "'id':'a','aggregate':'min',"));
        Assert.That(HealthScorer.Score(model, Given(signals)).Score, Is.EqualTo(score).Within(1e-9));
    }

    [Test]
    public void The_explanation_names_every_component_and_measure()
    {
        var health = HealthScorer.Score(Model.Of(TwoMeasures), Given("npsLatest=5 logins30=10"));
        var (first, second) = (health.Components[0], health.Components[1]);
        Assert.Multiple(() =>
        {
            Assert.That((first.Id, first.Weight, first.Score, first.Contribution), Is.EqualTo(("a", 0.75, (double?)50, 37.5)));
            Assert.That((second.Id, second.Weight, second.Score, second.Contribution), Is.EqualTo(("b", 0.25, (double?)100, 25.0)));
            Assert.That(
                first.Measures[0].Value.IsMissing && first.Measures[0].Points is null, "a missing measure has neither value nor points");
            Assert.That((first.Measures[1].Value.Number, first.Measures[1].Points), Is.EqualTo((5.0, (double?)50)));
            Assert.That(health.Score, Is.EqualTo(62.5));
        });
    }

    [Test]
    public void A_component_without_data_is_left_out_and_has_no_score()
    {
        var health = HealthScorer.Score(Model.Of(TwoMeasures), Given("logins30=5"));
        Assert.That((health.Score, health.Coverage), Is.EqualTo(((double?)50, 0.25)));
        Assert.That((health.Components[0].Score, health.Components[0].Contribution), Is.EqualTo(((double?)null, 0.0)));
    }

    [TestCase("linear','from':0,'to':10", "npsLatest=10", 100)]
    [TestCase("linear','from':10,'to':0", "npsLatest=2.5", 75)]
    [TestCase(
        "bands','bands':[{'op':'<','bound':5,'points':10},{'op':'<=','bound':5,'points':20},{'op':'>','bound':7,'points':40}],'else':30",
        "npsLatest=5", 20)]
    [TestCase(
        "bands','bands':[{'op':'<','bound':5,'points':10}],'else':30", "npsLatest=4.9999999", 30,
        Description = "Signals are compared at six decimals too.")]
    [TestCase(
        "bands','bands':[{'bound':3.3333333,'points':10}],'else':30", "npsLatest=3.3333333", 10,
        Description = "The bounds of bands are compared at six decimals too.")]
    public void A_normaliser_turns_a_value_into_points(string normaliser, string signals, double points)
    {
        var model = Model.Of($"[{{'id':'x','weight':1,'measures':[{{'signal':'npsLatest','normaliser':{{'kind':'{normaliser}}}}}]}}]");
        Assert.That(HealthScorer.Score(model, Given(signals)).Score, Is.EqualTo(points).Within(1e-9));
    }

    [TestCase(1e300)]
    [TestCase(-1e300)]
    [TestCase(double.MaxValue)]
    [TestCase(double.Epsilon)]
    public void An_extreme_value_still_scores_within_the_scale(double value)
        => Assert.That(HealthScorer.Score(Model.Identity, Given($"reportedOutcome={value:R}")).Score, Is.InRange(0, 100));

    [TestCase(79.95, 80.0)]
    [TestCase(79.9499999, 80.0, Description = "The value is rounded to six decimals first.")]
    [TestCase(79.949, 79.9)]
    [TestCase(0.05, 0.1)]
    public void A_score_is_shown_with_one_decimal(double score, double shown) => Assert.That(Rounding.ForDisplay(score), Is.EqualTo(shown));
}
