using HealthApi.Api.Tests.Core.Scoring;
using HealthApi.Core.Explaining;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Explaining;

internal sealed class PathFinderTests
{
    private static readonly HealthModel Lifecycle = BuiltInModels.Get("lifecycle")!;

    [Test]
    public void The_fewest_steps_and_no_more_than_is_needed()
    {
        var path = PathFinder.Find(Lifecycle, Signals((Signal.DaysSinceLastActivity, 20), (Signal.CoreFeatureAdoption, 0.5), (Signal.LoginDays30, 5)), "healthy")!;
        Assert.That(path.From, Is.EqualTo("at_risk"));
        Assert.That(path.Steps.Select(step => (step.Signal, step.Target.Number)), Is.EqualTo(new[] { (Signal.DaysSinceLastActivity, 1.0) }), "the nearest value that will do");
    }

    [Test]
    public void Ties_go_to_the_lesser_effort()
    {
        var model = Model.Of("""
            [{'id':'a','weight':1,'measures':[{'signal':'reportedOutcome','normaliser':{'kind':'linear','from':0,'to':100}}]},
             {'id':'b','weight':1,'measures':[{'signal':'activeUserRatio','normaliser':{'kind':'linear','from':0,'to':1}}]}]
            """);
        var path = PathFinder.Find(model, Signals((Signal.ReportedOutcome, 70), (Signal.ActiveUserRatio, 0.75)), "good")!;
        Assert.That(path.Steps.Single().Signal, Is.EqualTo(Signal.ActiveUserRatio), "either would do; it lacks 25 points, the other 30");
        Assert.That(path.Steps.Single().Target.Number, Is.EqualTo(0.9).Within(1e-9), "lowered as far as the bound of 80 allows");
    }

    [Test]
    public void A_minimum_is_lifted_by_all_that_hold_it_down()
    {
        var model = Model.Of("""
            [{'id':'a','weight':1,'aggregate':'min','measures':[{'signal':'reportedOutcome','normaliser':{'kind':'linear','from':0,'to':100}},
             {'signal':'activeUserRatio','normaliser':{'kind':'linear','from':0,'to':1}}]}]
            """);
        var path = PathFinder.Find(model, Signals((Signal.ReportedOutcome, 10), (Signal.ActiveUserRatio, 0.1)), "good")!;
        Assert.That(path.Steps.Select(step => step.Target.Number), Is.EquivalentTo(new[] { 80.0, 0.8 }));
    }

    [Test]
    public void Already_there_is_an_empty_path_and_out_of_reach_is_none()
    {
        var model = Model.Of("[{'id':'a','weight':1,'measures':[{'signal':'referenceAgreed','normaliser':{'kind':'flag','true':60,'false':10}}]}]");
        var agreed = new SignalSet { [Signal.ReferenceAgreed] = SignalValue.Of(true) };
        Assert.That(PathFinder.Find(model, agreed, "fair")!.Steps, Is.Empty);
        Assert.That(PathFinder.Find(model, agreed, "good"), Is.Null, "60 points are the most there are");
    }

    [Test]
    public void Without_any_data_the_first_step_is_to_bring_some()
    {
        var path = PathFinder.Find(Lifecycle, new SignalSet(), "healthy")!;
        Assert.That(path.Steps, Has.Count.EqualTo(1));
        Assert.That(path.Steps[0].Value.IsMissing);
    }

    private static SignalSet Signals(params (Signal Signal, double Value)[] values)
    {
        var signals = new SignalSet();
        foreach (var (signal, value) in values) signals[signal] = SignalValue.Of(value);
        return signals;
    }
}
