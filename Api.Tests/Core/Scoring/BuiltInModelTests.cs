using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Scoring;

internal sealed class BuiltInModelTests
{
    [Test]
    public void The_example_of_the_contract_scores_as_it_says()
    {
        var signals = new SignalSet
        {
            [Signal.DaysSinceLastActivity] = SignalValue.Of(3),
            [Signal.PaymentStatus] = SignalValue.Of("current"),
        };
        var health = HealthScorer.Score(BuiltInModels.Default, signals);
        var risk = ChurnAssessor.Assess(BuiltInChurnRules.Default, signals);
        Assert.Multiple(() =>
        {
            Assert.That(BuiltInModels.DefaultId, Is.EqualTo("lifecycle"));
            Assert.That(Rounding.ForDisplay(health.Score!.Value), Is.EqualTo(75.0));
            Assert.That(health.Category, Is.EqualTo("stable"));
            Assert.That(health.Coverage, Is.EqualTo(0.4));
            Assert.That(risk.Score, Is.Zero);
            Assert.That(risk.Level, Is.EqualTo("low"));
            Assert.That(risk.Indicators, Is.Empty);
        });
    }

    [Test]
    public void Every_built_in_model_reads_back_from_what_is_written()
        => Assert.Multiple(() =>
        {
            foreach (var model in BuiltInModels.All)
            {
                var written = HealthModelWriter.ToUtf8(model);
                Assert.That(HealthModelWriter.ToUtf8(HealthModelReader.Read(written).Required()), Is.EqualTo(written), model.Id);
            }
        });
}
