using HealthApi.Core.Churn;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Scoring.Documents;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SignalText;

namespace HealthApi.Api.Tests.Core.Scoring;

/// <summary>Each built-in model gives the scores that were computed by hand from domain.md §4.</summary>
internal sealed class BuiltInModelTests
{
    [TestCase("five-factor", "activeUserRatio=0.8 tickets30=2 featureAdoption=0.5 npsLatest=9 loginDays30=15", 71.5, "at_risk", 1)]
    [TestCase("five-factor", "activeUserRatio=0.8 tickets30=2 featureAdoption=0.5 loginDays30=15", 63.5, "at_risk", 0.8)]
    [TestCase("five-factor", "activeUserRatio=0.4", (0.25 * 40 + 0.20 * 50) / 0.45, "unhealthy", 0.25)]
    [TestCase("five-factor", "activeUserRatio=1 tickets30=0 featureAdoption=1 npsLatest=10 loginDays30=30", 100, "healthy", 1)]
    [TestCase("five-factor", "activeUserRatio=0 tickets30=10 featureAdoption=0 npsLatest=0 loginDays30=0", 0, "critical", 1)]
    [TestCase(
        "nine-signal",
        "logins30=30 featureAdoption=0.4 volumeRatio=0.5 tickets30=5 csatAverage90=4 escalations30=1 paymentStatus=late "
            + "contractUtilisation=0.9 usageChange30=0.1", 66, "at_risk", 1)]
    [TestCase(
        "nine-signal",
        "logins30=30 featureAdoption=0.4 volumeRatio=0.5 tickets30=5 csatAverage90=4 escalations30=1 paymentStatus=current "
            + "contractUtilisation=0.9 usageChange30=0", 71, "at_risk", 1)]
    [TestCase(
        "nine-signal",
        "logins30=45 featureAdoption=1 volumeRatio=1 tickets30=0 csatAverage90=5 escalations30=0 paymentStatus=current "
            + "contractUtilisation=1 usageChange30=2", 100, "healthy", 1)]
    [TestCase("nine-signal", "paymentStatus=overdue", 0, "critical", 0.1)]
    [TestCase(
        "playbook",
        "dailyActiveRatio=0.25 volumeRatio=1 logins30=15 featureAdoption=0.6 coreFeatureAdoption=1 tickets30=3 csatAverage90=4 "
            + "reportedOutcome=80", 73.1666666666667, "green", 1)]
    [TestCase("playbook", "dailyActiveRatio=0.9", 100, "green", 0.4 / 3)]
    [TestCase("playbook", "tickets30=3 csatAverage90=1", 35, "red", 0.2)]
    [TestCase(
        "lifecycle", "daysSinceLastActivity=3 coreFeatureAdoption=0.5 supportSentiment=neutral loginDays30=12 paymentStatus=late", 75,
        "stable", 1)]
    [TestCase(
        "lifecycle", "daysSinceLastActivity=1 coreFeatureAdoption=1 supportSentiment=positive loginDays30=30 paymentStatus=current", 100,
        "healthy", 1)]
    [TestCase(
        "lifecycle", "daysSinceLastActivity=31 coreFeatureAdoption=0 supportSentiment=escalated loginDays30=0 paymentStatus=overdue", 0,
        "critical", 1)]
    [TestCase(
        "lifecycle", "daysSinceLastActivity=30 coreFeatureAdoption=0.1 supportSentiment=negative loginDays30=1 paymentStatus=late", 30,
        "critical", 1)]
    [TestCase(
        "lifecycle", "daysSinceLastActivity=20 coreFeatureAdoption=1 supportSentiment=escalated loginDays30=12 paymentStatus=current", 60,
        "stable", 1)]
    [TestCase(
        "lifecycle", "daysSinceLastActivity=5 coreFeatureAdoption=1 supportSentiment=positive loginDays30=1 paymentStatus=current", 80,
        "healthy", 1)]
    [TestCase(
        "cloud-support",
        "csatPercent90=0.92 npsScore180=40 cesAverage90=2 qbrAttendance365=1 featureAdoption=0.5 trainingCompletions180=3 "
            + "ticketChange30=0.25 escalations30=1 reopenRate90=0.1 highPriorityTickets14=0 executiveEngagements90=1 referenceAgreed=true "
            + "feedbackGiven180=2", 71.6666666666667, "stable", 1)]
    [TestCase("cloud-support", "csatPercent90=0.95 npsScore180=70 cesAverage90=1 qbrAttendance365=1", 100, "healthy", 0.35)]
    [TestCase("cloud-support", "csatPercent90=0.99 npsScore180=29 cesAverage90=1", 20, "critical", 0.25)]
    [TestCase("cloud-support", "referenceAgreed=false", 0, "critical", 0.2 / 3)]
    public void A_model_gives_the_score_computed_by_hand(string model, string signals, double score, string category, double coverage)
    {
        var health = HealthScorer.Score(BuiltInModels.Get(model)!, Given(signals));
        Assert.Multiple(() =>
        {
            Assert.That(health.Score, Is.EqualTo(score).Within(1e-9));
            Assert.That(health.Category, Is.EqualTo(category));
            Assert.That(health.Coverage, Is.EqualTo(coverage).Within(1e-12));
        });
    }

    [Test]
    public void The_example_of_the_contract_gives_the_documented_score_and_risk()
    {
        var signals = Given("daysSinceLastActivity=3 paymentStatus=current");
        var health = HealthScorer.Score(BuiltInModels.Default, signals);
        var risk = ChurnAssessor.Assess(BuiltInChurnRules.Default, signals);
        Assert.Multiple(() =>
        {
            Assert.That(BuiltInModels.DefaultId, Is.EqualTo("lifecycle"));
            Assert.That(Rounding.ForDisplay(health.Score!.Value), Is.EqualTo(75.0));
            Assert.That((health.Category, health.Coverage), Is.EqualTo(("stable", 0.4)));
            Assert.That((risk.Score, risk.Level, risk.Indicators.Count), Is.EqualTo((0.0, "low", 0)));
        });
    }

    [TestCase("lifecycle", "daysSinceLastActivity", "1:100 1.5:66.6666666667 7:66.6666666667 7.000001:33.3333333333 30:33.3333333333 31:0")]
    [TestCase("lifecycle", "coreFeatureAdoption", "1:100 0.999999:80 0.5:80 0.49:40 0.25:40 0.24:20 0.000001:20 0.0000001:0 0:0")]
    [TestCase("lifecycle", "loginDays30", "12:100 11:66.6666666667 4:66.6666666667 3:33.3333333333 1:33.3333333333 0:0")]
    [TestCase("lifecycle", "supportSentiment", "positive:100 neutral:75 negative:25 escalated:0")]
    [TestCase("lifecycle", "paymentStatus", "current:100 late:50 overdue:0")]
    [TestCase("nine-signal", "usageChange30", "0.000001:100 0:50 -1:50")]
    [TestCase("nine-signal", "paymentStatus", "current:100 late:0 overdue:0")]
    [TestCase("cloud-support", "csatPercent90", "1:100 0.95:100 0.949999:80 0.90:80 0.89:50 0.85:50 0.84:20")]
    [TestCase("cloud-support", "npsScore180", "70:100 69:80 50:80 49:50 30:50 29:20 -100:20")]
    [TestCase("cloud-support", "cesAverage90", "5:0 4:25 3:50 1:100")]
    [TestCase("cloud-support", "ticketChange30", "-1:100 0:100 0.25:50 0.5:0 2:0")]
    [TestCase("cloud-support", "reopenRate90", "0:100 0.1:50 0.2:0 0.9:0")]
    [TestCase("cloud-support", "highPriorityTickets14", "0:100 3:0 7:0")]
    [TestCase("cloud-support", "referenceAgreed", "true:100 false:0")]
    [TestCase("playbook", "csatAverage90", "1:0 3:50 5:100")]
    [TestCase("playbook", "dailyActiveRatio", "0:0 0.25:50 0.5:100 1:100")]
    [TestCase("five-factor", "tickets30", "0:100 4:60 10:0 12:0")]
    public void A_measure_gives_the_points_stated_in_domain_md(string model, string signal, string points)
        => Assert.Multiple(() =>
        {
            foreach (var pair in points.Split(' '))
            {
                var (value, expected) = (pair.Split(':')[0], double.Parse(pair.Split(':')[1]));
                var health = HealthScorer.Score(BuiltInModels.Get(model)!, Given($"{signal}={value}"));
                var measure = health.Components.SelectMany(component => component.Measures).Single(measure => !measure.Value.IsMissing);
                Assert.That(measure.Points, Is.EqualTo(expected).Within(1e-9), pair);
            }
        });

    [Test]
    public void Every_built_in_model_reads_back_unchanged()
        => Assert.Multiple(() =>
        {
            foreach (var model in BuiltInModels.All)
            {
                var written = HealthModelWriter.ToUtf8(model);
                Assert.That(HealthModelWriter.ToUtf8(HealthModelReader.Read(written).Required()), Is.EqualTo(written), model.Id);
            }
        });

    [Test]
    public void Five_models_are_built_in_and_one_is_the_default()
    {
        var ids = BuiltInModels.All.Select(model => model.Id);
        Assert.That(ids, Is.EquivalentTo(["five-factor", "nine-signal", "playbook", "lifecycle", "cloud-support"]));
        Assert.That(BuiltInModels.All.Count(model => model.IsDefault), Is.EqualTo(1));
        Assert.That(BuiltInModels.Get("no-such"), Is.Null);
    }
}
