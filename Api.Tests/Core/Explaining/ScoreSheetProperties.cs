using FsCheck.NUnit;
using HealthApi.Api.Tests.Core.Scoring;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Explaining;

[Properties(Arbitrary = [typeof(ScoringArbitraries)], MaxTest = 500, QuietOnSuccess = true)]
internal sealed class ScoreSheetProperties
{
    [FsCheck.NUnit.Property]
    public void A_sheet_gives_the_same_score_as_the_scorer(HealthModel model, SignalSet signals) =>
        Assert.That(new ScoreSheet(model, signals).Score() ?? -1, Is.EqualTo(HealthScorer.Score(model, signals).Score ?? -1).Within(1e-9));
}
