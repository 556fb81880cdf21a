using System.Text;
using HealthApi.Api.Tests.Core.Scoring;
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
/// Crossings that a change of the model or the churn rules causes are distinguished from crossings that new data causes
/// (docs/decisions/0010-models.md).
/// </summary>
internal sealed class ModelSwitchTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly Account Acme = new() { Id = "acme", Name = "Acme" };

    /// <summary>Models that score the reported outcome, half of it, and 100 minus it.</summary>
    private static readonly HealthModel Whole = Of("whole", 0, 100), Half = Of("half", 0, 200), Opposite = Of("opposite", 100, 0);

    [Test]
    public void A_model_change_alone_raises_one_crossing_with_cause_model()
    {
        var story = new Story(Whole).Then(90).Switch(Opposite).Then(90);
        var crossing = story.Crossings.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (crossing.Cause, crossing.Direction, crossing.Threshold),
                Is.EqualTo((CrossingCause.Model, CrossingDirection.Falling, "opposite:fair")), "the outermost bound passed");
            Assert.That(crossing.Passed, Is.EqualTo(new[] { "opposite:good", "opposite:fair" }));
            Assert.That(
                (crossing.From.Score, crossing.From.Label, crossing.To.Score, crossing.To.Label), Is.EqualTo((90.0, "good", 10.0, "bad")));
            Assert.That(crossing.ModelId, Is.EqualTo("opposite"));
            Assert.That(crossing.Reasons.Sum(reason => reason.Change), Is.EqualTo(-80m));
        }
    }

    [Test]
    public void New_data_at_a_model_change_first_raises_its_own_crossing_by_the_former_model()
    {
        var story = new Story(Whole).Then(90).Switch(Opposite).Then(10);
        Assert.That(
            story.Crossings.Select(crossing => (crossing.Cause, crossing.Threshold, crossing.Direction)),
            Is.EqualTo(new[]
            {
                (CrossingCause.Data, "whole:fair", CrossingDirection.Falling),
                    (CrossingCause.Model, "opposite:good", CrossingDirection.Rising),
            }));
        Assert.That(story.Crossings.Select(crossing => crossing.Sequence), Is.EqualTo(new long[] { 1, 2 }));
    }

    [Test]
    public void A_recovery_by_a_new_model_version_with_the_same_bounds_resolves_open_crossings()
    {
        var story = new Story(Opposite).Then(10).Then(90).Switch(Whole with { Id = "opposite", Version = 2 }).Then(90);
        var fell = story.Crossings.Where(crossing => crossing.Direction == CrossingDirection.Falling).ToList();
        var rose = story.Crossings.Where(crossing => crossing.Direction == CrossingDirection.Rising).ToList();
        Assert.That(fell, Is.Not.Empty);
        Assert.That(rose.Select(crossing => crossing.Cause), Is.EqualTo((CrossingCause[])[CrossingCause.Model]));
        Assert.That(
            rose.SelectMany(crossing => crossing.Resolves), Is.EquivalentTo(fell.Select(crossing => crossing.Id)),
            "the recovery resolves the open crossings");
    }

    [Test]
    public void A_model_change_that_moves_a_score_only_within_the_margin_raises_no_crossing()
    {
        var near = Of("near", 0, 102);
        var story = new Story(Whole).Then(81).Switch(near).Then(81);
        Assert.That(story.Memory.Category, Is.EqualTo("fair"), "the category has no margin");
        Assert.That(story.Crossings, Is.Empty);
        Assert.That(story.Then(70).Crossings, Is.Empty, "the account is already below the bound");
    }

    [Test]
    public void A_configured_threshold_stays_watched_through_a_model_change()
    {
        var own = new Threshold("own", Metric.Health, 50, true, ThresholdDirection.Both, 2, TimeSpan.Zero, null);
        var story = new Story(Whole, [own]).Then(90).Switch(Half).Then(90);
        Assert.That(story.Crossings.Single().Passed, Is.EqualTo(new[] { "half:good", "own" }));
        Assert.That(story.Then(90).Then(95).Crossings, Has.Count.EqualTo(1), "no crossing is raised twice");
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Without_announce_only_the_crossings_of_the_model_change_are_not_announced(bool announce)
    {
        var story = new Story(Whole).Then(90).Switch(Opposite, announce).Then(30);
        Assert.That(
            story.Crossings.Where(crossing => crossing.Cause == CrossingCause.Data).Select(crossing => crossing.Announced),
            Is.Not.Empty.And.All.True);
        Assert.That(
            story.Crossings.Where(crossing => crossing.Cause == CrossingCause.Model).Select(crossing => crossing.Announced),
            Is.Not.Empty.And.All.EqualTo(announce));
    }

    [Test]
    public void Switching_models_back_and_forth_never_repeats_a_crossing_id()
    {
        var story = new Story(Whole).Then(90);
        for (var round = 0; round < 5; round++) story.Switch(Opposite).Then(90).Switch(Whole).Then(90);
        Assert.That(story.Crossings, Has.Count.EqualTo(10));
        Assert.That(story.Crossings.Select(crossing => crossing.Id), Is.Unique);
    }

    [Test]
    public void A_change_of_churn_rules_raises_a_crossing_with_cause_model()
    {
        var strict = ChurnRuleSetReader.Read(Model.Utf8(
            "{'id':'mine','version':2,'probabilities':{'high':0.9,'medium':0.3},'levels':[{'id':'high','bound':60},{'id':'low'}],"
            + "'indicators':[{'id':'poor','severity':'high','condition':{'signal':'reportedOutcome','op':'<','value':50},'intervention':'Call.'}]}")).Required();
        var story = new Story(Whole).Then(40).Switch(Whole, rules: strict).Then(40);
        var crossing = story.Crossings.Single();
        Assert.That(
            (crossing.Cause, crossing.Metric, crossing.Threshold, crossing.ModelId, crossing.ModelVersion),
            Is.EqualTo((CrossingCause.Model, Metric.ChurnRisk, "churn_risk:high", "mine", 2)));
        Assert.That(crossing.Reasons.Sum(reason => reason.Change), Is.EqualTo(90m));
    }

    [Test]
    public void A_threshold_configured_between_two_evaluations_reports_the_move_across_it()
    {
        var story = new Story(Whole).Then(75);
        story.Configure(new Threshold("own", Metric.Health, 70, true, ThresholdDirection.Both, 2, TimeSpan.Zero, null)).Then(65);
        Assert.That(
            story.Crossings.Select(crossing => (crossing.Threshold, crossing.Cause)), Is.EqualTo(new[] { ("own", CrossingCause.Data) }));
    }

    [Test]
    public void A_rebuild_leaves_the_model_change_to_the_next_evaluation()
    {
        var story = new Story(Whole).Then(90).Switch(Opposite).Rebuild();
        Assert.That(story.Then(90).Crossings.Select(crossing => crossing.Cause), Is.EqualTo(new[] { CrossingCause.Model }));
    }

    private static HealthModel Of(string id, int from, int to) => HealthModelReader.Read(Encoding.UTF8.GetBytes(
        $$$"""
        {"id":"{{{id}}}","components":[{"id":"only","weight":1,"measures":[{"signal":"reportedOutcome","normaliser":{"kind":"linear","from":{{{from}}},"to":{{{to}}}}}]}],
         "categories":[{"id":"good","bound":80},{"id":"fair","bound":40},{"id":"bad"}]}
        """)).Required();

    /// <summary>An account whose reported outcome changes, evaluated with one policy after another.</summary>
    private sealed class Story(HealthModel model, IReadOnlyList<Threshold>? thresholds = null)
    {
        private readonly AccountFigures _figures = new();
        private readonly List<HealthModel> _models = [model];
        private EvaluationPolicy _policy = Policy([model], model, true, BuiltInChurnRules.Default, thresholds ?? [], null);
        private int _day;

        public AccountMemory Memory { get; private set; } = AccountMemory.Empty;

        public List<Crossing> Crossings { get; } = [];

        private DateTimeOffset Now => Start.AddDays(_day);

        public Story Then(double outcome)
        {
            _day++;
            _figures.Apply(
                new HealthEvent(
                    "test", $"e{_day}", EventType.RelationshipOutcomeReported, "acme", Now, new RelationshipData(outcome, null)));
            var evaluation = AccountEvaluator.Evaluate(_figures, Acme, Start, AccountMemory.FromStored(Memory.ToBytes(), []), _policy, Now);
            Memory = evaluation.Memory;
            Crossings.AddRange(evaluation.Crossings);
            return this;
        }

        public Story Switch(HealthModel next, bool announce = true, ChurnRuleSet? rules = null)
        {
            if (!_models.Any(known => known.Id == next.Id && known.Version == next.Version)) _models.Add(next);
            _policy = Policy(_models, next, announce, rules ?? _policy.Rules, _policy.Thresholds, _policy);
            return this;
        }

        public Story Configure(Threshold threshold)
        {
            _policy = Policy(_models, _policy.Models.Active, true, _policy.Rules, [.. _policy.Thresholds, threshold], _policy.Before);
            return this;
        }

        public Story Rebuild()
        {
            Memory = AccountEvaluator.EvaluateRebuilt(_figures, Acme, Start, Memory, _policy, Now).Memory;
            return this;
        }

        private static EvaluationPolicy Policy(
            IReadOnlyList<HealthModel> models, HealthModel active, bool announce, ChurnRuleSet rules, IReadOnlyList<Threshold> thresholds,
            EvaluationPolicy? before) =>
            new(new ModelRegistry(
                [.. models], new Dictionary<string, ModelAssignment> { [ModelRegistry.Fallback] = new(active, announce) }), rules,
                SegmentPolicy.Default, thresholds)
            {
                Before = before,
                Revision = (before?.Revision ?? -1) + 1,
            };
    }
}
