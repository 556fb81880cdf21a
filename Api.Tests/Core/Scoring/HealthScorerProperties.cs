using FsCheck.NUnit;
using HealthApi.Core.Scoring;
using HealthApi.Core.Scoring.Documents;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Scoring;

[Properties(Arbitrary = [typeof(ScoringArbitraries)], MaxTest = 300, QuietOnSuccess = true)]
internal sealed class HealthScorerProperties
{
    [FsCheck.NUnit.Property]
    public void Scores_and_coverage_stay_within_their_scales(HealthModel model, SignalSet signals)
    {
        var health = HealthScorer.Score(model, signals);
        Assert.That(health.Coverage, Is.InRange(0, 1));
        Assert.That(health.Score is null, Is.EqualTo(health.Coverage == 0), "there is a score exactly when there is data");
        Assert.That(health.Score ?? 0, Is.InRange(0, 100));
        Assert.That(health.Category == HealthModel.UnknownCategory, Is.EqualTo(health.Score is null));
    }

    [FsCheck.NUnit.Property]
    public void Contributions_sum_to_the_score_and_weights_to_one(HealthModel model, SignalSet signals)
    {
        var health = HealthScorer.Score(model, signals);
        Assert.That(health.Components.Sum(component => component.Contribution), Is.EqualTo(health.Score ?? 0).Within(1e-9));
        Assert.That(health.Components.Sum(component => component.Weight), Is.EqualTo(1).Within(1e-9));
    }

    [FsCheck.NUnit.Property]
    public void The_order_of_components_and_measures_does_not_matter(HealthModel model, SignalSet signals)
    {
        var reversed = model with
        {
            Components =
                [.. model.Components.Reverse().Select(component => component with { Measures = [.. component.Measures.Reverse()] })],
        };
        var (one, other) = (HealthScorer.Score(model, signals), HealthScorer.Score(reversed, signals));
        Assert.That(other.Score ?? -1, Is.EqualTo(one.Score ?? -1).Within(1e-9));
        Assert.That(other.Coverage, Is.EqualTo(one.Coverage).Within(1e-9));
    }

    [FsCheck.NUnit.Property]
    public void Leaving_out_the_explanation_changes_no_score(HealthModel model, SignalSet signals)
    {
        var (full, bare) = (HealthScorer.Score(model, signals), HealthScorer.Score(model, signals, explain: false));
        Assert.That(bare, Is.EqualTo(full with { Components = bare.Components }));
        Assert.That(bare.Components, Is.Empty);
    }

    [FsCheck.NUnit.Property]
    public void Only_the_proportion_of_weights_matters(HealthModel model, SignalSet signals)
    {
        var scaled =
            model with { Components = [.. model.Components.Select(component => component with { Weight = component.Weight * 8 })] };
        Assert.That(
            HealthScorer.Score(scaled, signals).Score ?? -1, Is.EqualTo(HealthScorer.Score(model, signals).Score ?? -1).Within(1e-9));
    }

    [FsCheck.NUnit.Property]
    public void A_score_lies_between_its_worst_and_best_component(HealthModel model, SignalSet signals)
    {
        var health = HealthScorer.Score(model, signals);
        var scores = health.Components.Where(component => component.Score is not null).Select(component => component.Score!.Value)
            .ToArray();
        Assert.That(health.Score is null || (health.Score >= scores.Min() - 1e-9 && health.Score <= scores.Max() + 1e-9));
    }

    [FsCheck.NUnit.Property]
    public void A_written_model_reads_back_with_the_same_scores(HealthModel model, SignalSet signals)
    {
        var read = HealthModelReader.Read(HealthModelWriter.ToUtf8(model));

        // The reader refuses a band outside its signal's range, and a random model may have one. HealthModelReaderTests covers that.
        if (read.Value is { } same)
        {
            Assert.That(
                HealthScorer.Score(same, signals, explain: false),
                Is.EqualTo(HealthScorer.Score(model, signals, explain: false) with { Components = [] }));
        }
    }
}
