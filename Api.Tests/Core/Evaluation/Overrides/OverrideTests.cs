using HealthApi.Api.Tests.Core.Scoring;
using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation.Overrides;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Evaluation.Overrides;

internal sealed class OverrideTests
{
    private static readonly HealthModel Lifecycle = BuiltInModels.Get("lifecycle")!;

    [FsCheck.NUnit.Property(Arbitrary = [typeof(ScoringArbitraries)], MaxTest = 300, QuietOnSuccess = true)]
    public void The_score_shown_for_an_overridden_category_lies_in_that_category(HealthModel model, SignalSet signals, byte pick)
    {
        var category = model.Categories[pick % model.Categories.Length].Id;
        var measured = HealthScorer.Score(model, signals);
        var shown = OverriddenHealth.Apply(model, measured, Stated(null, category));
        Assert.That(shown.Category, Is.EqualTo(category));
        Assert.That(model.CategoryOf(shown.Score), Is.EqualTo(category));

        // Rounding may display a measured score on the other side of a bound. A score that is chosen to fit the category must not be.
        if (measured.Category != category)
        {
            Assert.That(
                model.CategoryOf(Rounding.ForDisplay(shown.Score!.Value)), Is.EqualTo(category), "the displayed score lies in it too");
        }
    }

    [TestCase(90.0, "stable", 79.9)]
    [TestCase(10.0, "stable", 60.0)]
    [TestCase(70.0, "stable", 70.0)]
    [TestCase(null, "critical", 19.9)]
    public void The_nearest_score_of_the_category_is_shown(double? measured, string category, double expected)
    {
        var health = new HealthScore(measured, Lifecycle.CategoryOf(measured), 1, []);
        Assert.That(OverriddenHealth.Apply(Lifecycle, health, Stated(null, category)).Score, Is.EqualTo(expected));
    }

    [TestCase(95.0, null, "low", false)]
    [TestCase(95.0, null, "medium", false)]
    [TestCase(95.0, null, "high", true)]
    [TestCase(65.0, null, "critical", true)]
    [TestCase(45.0, null, "low", true)]
    [TestCase(45.0, null, "high", false)]
    [TestCase(95.0, 20.0, "low", true)]
    [TestCase(95.0, 70.0, "low", false)]
    [TestCase(null, null, "high", false)]
    [TestCase(null, 90.0, "high", true)]
    public void Health_risk_and_override_disagree_when_two_of_them_point_in_opposite_directions(
        double? score, double? stated, string level, bool expected)
    {
        var measured = new HealthScore(score, Lifecycle.CategoryOf(score), 1, []);
        var shown = OverriddenHealth.Apply(Lifecycle, measured, stated is null ? null : Stated(stated, null));
        Assert.That(
            Disagreement.Holds(
                Lifecycle, BuiltInChurnRules.Default, true, measured, shown, new ChurnRisk(0, level, []), stated is not null),
            Is.EqualTo(expected));
    }

    [Test]
    public void The_middle_one_of_an_odd_number_of_categories_disagrees_with_no_risk()
    {
        var playbook = BuiltInModels.Get("playbook")!;
        var yellow = new HealthScore(60, "yellow", 1, []);
        Assert.That(
            Disagreement.Holds(playbook, BuiltInChurnRules.Default, true, yellow, yellow, new ChurnRisk(90, "critical", []), false),
            Is.False);
    }

    private static AccountOverride Stated(double? score, string? category) => new()
    {
        Id = "ovr_1",
        Score = score,
        Category = category,
        Reason = "Because",
        SetBy = "dana",
        SetAt = DateTimeOffset.UnixEpoch,
        ExpiresAt = DateTimeOffset.MaxValue,
    };
}
