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
    public void A_path_has_the_fewest_steps_and_the_nearest_targets_that_are_enough()
    {
        var path = PathFinder.Find(
            Lifecycle, Signals((Signal.DaysSinceLastActivity, 20), (Signal.CoreFeatureAdoption, 0.5), (Signal.LoginDays30, 5)),
            "healthy").Path!;
        Assert.That(path.From, Is.EqualTo("at_risk"));
        Assert.That(
            path.Steps.Select(step => (step.Signal, step.Target.Number)), Is.EqualTo(new[] { (Signal.DaysSinceLastActivity, 1.0) }),
            "the nearest value that is enough");
    }

    [Test]
    public void Of_paths_with_equally_many_steps_the_one_with_less_effort_is_chosen()
    {
        var model = Model.Of("""
            [{'id':'a','weight':3,'measures':[{'signal':'reportedOutcome','normaliser':{'kind':'linear','from':0,'to':100}}]},
             {'id':'b','weight':2,'measures':[{'signal':'activeUserRatio','normaliser':{'kind':'linear','from':0,'to':1}}]}]
            """);
        var search = PathFinder.Find(model, Signals((Signal.ReportedOutcome, 70), (Signal.ActiveUserRatio, 0.8)), "good");
        var step = search.Path!.Steps.Single();
        Assert.That(
            (step.Signal, step.Target.Number), Is.EqualTo((Signal.ReportedOutcome, 80.0)),
            "10 points of this signal are enough; the other needs 15, although it is nearer to its best value");
        Assert.That((search.IsFewest, search.IsLeastEffort), Is.EqualTo((true, true)));
    }

    [Test]
    public void A_signal_with_opposite_effects_may_have_its_best_value_in_between()
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
    public void An_incomplete_search_reports_that_it_is_not_known_to_be_the_best()
    {
        var signals = SignalCatalogue.All.Where(signal => signal is { Kind: SignalKind.Number, Unit: not "ratio" }).Take(16).ToList();
        var model = Model.Of($"[{Component("a", 0, 30)},{Component("b", 30, 0)}]");
        var search = PathFinder.Find(model, Signals([.. signals.Select(signal => (signal.Signal, 5.0))]), "good");
        Assert.That(
            search, Is.EqualTo(new PathSearch(null, false, false)),
            "the lines cancel each other out: there is no path, but a complete search would take too long");

        string Component(
            string id, int from,
            int to) =>
            $"{{'id':'{id}','weight':1,'measures':[{string.Join(',', signals.Select(signal => $"{{'signal':'{signal.Name}','normaliser':{{'kind':'linear','from':{from},'to':{to}}}}}"))}]}}";
    }

    [Test]
    public void A_minimum_rises_only_when_all_signals_that_limit_it_change()
    {
        var model = Model.Of("""
            [{'id':'a','weight':1,'aggregate':'min','measures':[{'signal':'reportedOutcome','normaliser':{'kind':'linear','from':0,'to':100}},
             {'signal':'activeUserRatio','normaliser':{'kind':'linear','from':0,'to':1}}]}]
            """);
        var path = PathFinder.Find(model, Signals((Signal.ReportedOutcome, 10), (Signal.ActiveUserRatio, 0.1)), "good").Path!;
        Assert.That(path.Steps.Select(step => step.Target.Number), Is.EquivalentTo(new[] { 80.0, 0.8 }));
    }

    [Test]
    public void A_category_already_reached_gives_an_empty_path_and_an_unreachable_one_gives_none()
    {
        var model =
            Model.Of("[{'id':'a','weight':1,'measures':[{'signal':'referenceAgreed','normaliser':{'kind':'flag','true':60,'false':10}}]}]");
        var agreed = new SignalSet { [Signal.ReferenceAgreed] = SignalValue.Of(true) };
        Assert.That(PathFinder.Find(model, agreed, "fair").Path!.Steps, Is.Empty);
        Assert.That(
            PathFinder.Find(model, agreed, "good"), Is.EqualTo(new PathSearch(null, true, true)), "the model gives at most 60 points");
    }

    [Test]
    public void Without_any_data_the_path_is_one_step_for_a_missing_signal()
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
