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
        var path = PathFinder.Find(
            Lifecycle, Signals((Signal.DaysSinceLastActivity, 20), (Signal.CoreFeatureAdoption, 0.5), (Signal.LoginDays30, 5)),
            "healthy").Path!;
        Assert.That(path.From, Is.EqualTo("at_risk"));
        Assert.That(
            path.Steps.Select(step => (step.Signal, step.Target.Number)), Is.EqualTo(new[] { (Signal.DaysSinceLastActivity, 1.0) }),
            "the nearest value that will do");
    }

    [Test]
    public void Ties_go_to_the_lesser_effort()
    {
        var model = Model.Of("""
            [{'id':'a','weight':3,'measures':[{'signal':'reportedOutcome','normaliser':{'kind':'linear','from':0,'to':100}}]},
             {'id':'b','weight':2,'measures':[{'signal':'activeUserRatio','normaliser':{'kind':'linear','from':0,'to':1}}]}]
            """);
        var search = PathFinder.Find(model, Signals((Signal.ReportedOutcome, 70), (Signal.ActiveUserRatio, 0.8)), "good");
        var step = search.Path!.Steps.Single();
        Assert.That(
            (step.Signal, step.Target.Number), Is.EqualTo((Signal.ReportedOutcome, 80.0)),
            "10 points of this would do, or 15 of the other, which lacks fewer to its best");
        Assert.That((search.IsFewest, search.IsLeastEffort), Is.EqualTo((true, true)));
    }

    [Test]
    public void A_signal_that_pulls_both_ways_may_be_best_in_between()
    {
        var model = Model.Of("""
            [{'id':'a','weight':2,'aggregate':'min','measures':[{'signal':'logins30','normaliser':{'kind':'linear','from':0,'to':100}},
              {'signal':'referenceAgreed','normaliser':{'kind':'flag','true':100,'false':90}}]},
             {'id':'b','weight':1,'measures':[{'signal':'logins30','normaliser':{'kind':'linear','from':180,'to':80}}]}]
            """);
        var signals = Signals((Signal.Logins30, 0));
        signals[Signal.ReferenceAgreed] = SignalValue.Of(false);
        var search = PathFinder.Find(model, signals, "good");
        Assert.That(
            search.Path!.Steps.Select(step => step.Signal), Is.EqualTo(new[] { Signal.Logins30 }),
            "at 90 the score is (2 × 90 + 90) / 3; at the ends of the lines it is below 80");
        Assert.That(search.IsFewest);
    }

    [Test]
    public void Where_not_everything_can_be_tried_it_says_so()
    {
        var signals = SignalCatalogue.All.Where(signal => signal is { Kind: SignalKind.Number, Unit: not "ratio" }).Take(16).ToList();
        var model = Model.Of($"[{Component("a", 0, 30)},{Component("b", 30, 0)}]");
        var search = PathFinder.Find(model, Signals([.. signals.Select(signal => (signal.Signal, 5.0))]), "good");
        Assert.That(
            search, Is.EqualTo(new PathSearch(null, false, false)),
            "the lines cancel each other out: there is no path, but that would take too long to see");

        string Component(
            string id, int from,
            int to) =>
            $"{{'id':'{id}','weight':1,'measures':[{string.Join(',', signals.Select(signal => $"{{'signal':'{signal.Name}','normaliser':{{'kind':'linear','from':{from},'to':{to}}}}}"))}]}}";
    }

    [Test]
    public void A_minimum_is_lifted_by_all_that_hold_it_down()
    {
        var model = Model.Of("""
            [{'id':'a','weight':1,'aggregate':'min','measures':[{'signal':'reportedOutcome','normaliser':{'kind':'linear','from':0,'to':100}},
             {'signal':'activeUserRatio','normaliser':{'kind':'linear','from':0,'to':1}}]}]
            """);
        var path = PathFinder.Find(model, Signals((Signal.ReportedOutcome, 10), (Signal.ActiveUserRatio, 0.1)), "good").Path!;
        Assert.That(path.Steps.Select(step => step.Target.Number), Is.EquivalentTo(new[] { 80.0, 0.8 }));
    }

    [Test]
    public void Already_there_is_an_empty_path_and_out_of_reach_is_none()
    {
        var model =
            Model.Of("[{'id':'a','weight':1,'measures':[{'signal':'referenceAgreed','normaliser':{'kind':'flag','true':60,'false':10}}]}]");
        var agreed = new SignalSet { [Signal.ReferenceAgreed] = SignalValue.Of(true) };
        Assert.That(PathFinder.Find(model, agreed, "fair").Path!.Steps, Is.Empty);
        Assert.That(
            PathFinder.Find(model, agreed, "good"), Is.EqualTo(new PathSearch(null, true, true)), "60 points are the most there are");
    }

    [Test]
    public void Without_any_data_the_first_step_is_to_bring_some()
    {
        var path = PathFinder.Find(Lifecycle, new SignalSet(), "healthy").Path!;
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
