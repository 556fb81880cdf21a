using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Scoring;
using HealthApi.Core.Scoring.Documents;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Evaluation;

/// <summary>
/// A score that rests on less than a quarter of its model's weight raises no crossing. The next score with enough coverage is compared with
/// the last one that had enough.
/// </summary>
public sealed class CoverageTests
{
    private const string Csat = "{'signal':'csatAverage90','normaliser':{'kind':'linear','from':1,'to':5}}";
    private const string Nps = "{'signal':'npsLatest','normaliser':{'kind':'linear','from':0,'to':10}}";

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly HealthModel MostlyCsat = Weighing("mostly-csat", 80, 20), MostlyNps = Weighing("mostly-nps", 20, 80);

    [Test]
    public void A_score_with_too_little_coverage_raises_no_crossing_and_the_next_is_compared_with_the_last_that_had_enough()
    {
        var story = new Story(MostlyCsat).Then(0, CsatOf(5), NpsOf(10));
        Assert.That(story.Memory.Score, Is.EqualTo(100));
        story.Then(100, NpsOf(0));
        Assert.That((story.Memory.Score, story.Memory.Category), Is.EqualTo((0.0, "bad")), "the score itself is still shown");
        Assert.That(story.OfHealth, Is.Empty);
        story.Then(110, CsatOf(5));
        Assert.That(story.Memory.Score, Is.EqualTo(80));
        Assert.That(story.OfHealth, Is.Empty, "good before the gap and good after it");
        story.Then(220, NpsOf(1)).Then(230, CsatOf(1));
        Assert.That(story.OfHealth.Select(crossing => crossing.Direction), Is.Not.Empty.And.All.EqualTo(CrossingDirection.Falling));
        foreach (var crossing in story.OfHealth)
        {
            Assert.That((crossing.From.Score, crossing.From.Label), Is.EqualTo((80.0, "good")), "the last score with enough coverage");
            Assert.That(
                crossing.Reasons.Sum(reason => reason.Change), Is.EqualTo((crossing.To.Score - crossing.From.Score)!.Value).Within(1e-9));
        }
    }

    [Test]
    public void The_first_score_with_enough_coverage_raises_entered_in_the_worst_category()
    {
        var story = new Story(MostlyCsat).Then(0, NpsOf(0)).Then(1, NpsOf(1));
        Assert.That(story.OfHealth, Is.Empty, "the data covers only a fifth of the weight");
        story.Then(2, CsatOf(1));
        Assert.That(story.OfHealth.Single().Direction, Is.EqualTo(CrossingDirection.Entered));
        Assert.That(story.OfHealth.Single().From.Score, Is.Null);
    }

    [Test]
    public void A_coverage_of_one_quarter_is_enough()
    {
        var story = new Story(Weighing("quarter", 75, 25)).Then(0, NpsOf(10)).Then(1, NpsOf(0));
        Assert.That(story.OfHealth, Is.Not.Empty);
    }

    [Test]
    public void After_a_model_change_thresholds_are_watched_from_the_first_score_with_enough_coverage()
    {
        var story = new Story(MostlyNps).Then(0, NpsOf(10)).SwitchTo(MostlyCsat).Then(1);
        Assert.That(story.Memory.Category, Is.EqualTo("good"));
        story.Then(2, NpsOf(0)).Then(3, CsatOf(1));
        Assert.That(story.Memory.Category, Is.EqualTo("bad"));
        Assert.That(story.OfHealth, Is.Empty, "no earlier score of this model had enough coverage to compare with");
        story.Then(4, CsatOf(5), CsatOf(5), CsatOf(5), CsatOf(5), CsatOf(5));
        Assert.That(
            story.OfHealth.Select(crossing => crossing.Direction), Is.Not.Empty.And.All.EqualTo(CrossingDirection.Rising),
            "from then on the thresholds are watched");
    }

    [Test]
    public void An_override_raises_crossings_whatever_the_coverage()
    {
        var stated = new HealthApi.Core.Accounts.AccountOverride
        {
            Id = "o",
            Score = 10,
            Reason = "x",
            SetBy = "y",
            SetAt = Start.AddDays(1),
            ExpiresAt = Start.AddDays(5)
        };
        var story = new Story(MostlyCsat).Then(0, CsatOf(5), NpsOf(10)).Then(100)
            .Override(stated with { SetAt = Start.AddDays(100), ExpiresAt = Start.AddDays(110) }).Then(101);
        Assert.That(story.OfHealth.Select(crossing => crossing.Direction), Is.Not.Empty.And.All.EqualTo(CrossingDirection.Falling));
        var count = story.OfHealth.Count();
        story.Then(111);
        Assert.That(story.OfHealth.Count(), Is.EqualTo(count), "the score after the override has too little coverage");
    }

    private static HealthModel Weighing(string id, int csat, int nps) => HealthModelReader.Read(Scoring.Model.Utf8(
        $"{{'id':'{id}','components':[{{'id':'csat','weight':{csat},'measures':[{Csat}]}},{{'id':'nps','weight':{nps},'measures':[{Nps}]}}],'categories':{Scoring.Model.Categories}}}")).Required();

    private static (EventType, double) CsatOf(double score) => (EventType.CsatResponded, score);

    private static (EventType, double) NpsOf(double score) => (EventType.NpsResponded, score);

    private sealed class Story(HealthModel model)
    {
        private readonly AccountFigures _figures = new();
        private EvaluationPolicy _policy = PolicyFor(model, [model]);

        public AccountMemory Memory { get; private set; } = AccountMemory.Empty;

        public IEnumerable<Crossing> OfHealth => Crossings.Where(crossing => crossing.Metric == Metric.Health);

        private List<Crossing> Crossings { get; } = [];

        public Story SwitchTo(HealthModel other)
        {
            _policy = PolicyFor(other, [model, other]);
            return this;
        }

        public Story Override(HealthApi.Core.Accounts.AccountOverride stated)
        {
            Memory = Memory with { Override = stated };
            return this;
        }

        public Story Then(int day, params (EventType Type, double Score)[] answers)
        {
            var now = Start.AddDays(day);
            foreach (var (type, score) in answers)
                _figures.Apply(new HealthEvent("test", "", type, "acme", now, new ResponseData(score, null, null)));
            var account = new Account { Id = "acme", Name = "Acme" };
            var stored = AccountMemory.FromStored(Memory.ToBytes(), []);
            var evaluation = AccountEvaluator.Evaluate(_figures, account, Start, stored, _policy, now);
            Memory = evaluation.Memory;
            Crossings.AddRange(evaluation.Crossings);
            return this;
        }

        private static EvaluationPolicy PolicyFor(HealthModel active, IReadOnlyList<HealthModel> known)
        {
            var assigned = new Dictionary<string, ModelAssignment> { [ModelRegistry.Fallback] = new(active, true) };
            return new EvaluationPolicy(new ModelRegistry(known, assigned), BuiltInChurnRules.Default, SegmentPolicy.Default, []);
        }
    }
}
