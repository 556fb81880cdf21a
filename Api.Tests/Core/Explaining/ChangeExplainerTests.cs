using HealthApi.Api.Tests.Core.Scoring;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Evaluation.Overrides;
using HealthApi.Core.Events;
using HealthApi.Core.Explaining;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Explaining;

internal sealed class ChangeExplainerTests
{
    private static readonly DateTimeOffset Now = AccountHistory.Now;

    private static readonly AccountOverride Doubt = new()
    {
        Id = "ovr_1",
        Score = 12.34,
        Reason = "They told me",
        SetBy = "dana",
        SetAt = Now.AddDays(-1),
        ExpiresAt = Now.AddDays(1),
    };

    [FsCheck.NUnit.Property(Arbitrary = [typeof(ScoringArbitraries)], MaxTest = 500, QuietOnSuccess = true)]
    public void Parts_sum_exactly_to_the_change(
        HealthModel model, HealthModel other, SignalSet before, SignalSet after, bool remodelled, bool overridden)
    {
        var later = remodelled ? other with { Version = 2 } : model;
        var change = ChangeExplainer.Between(Stand(model, before, null), before, Stand(later, after, overridden ? Doubt : null));
        Assert.That(change.Parts.Sum(part => part.Change), Is.EqualTo(change.Change));
        Assert.That(change.Change, Is.EqualTo(Shown(change.To) - Shown(change.From)), "the change is that of the displayed scores");
    }

    /// <summary>The same for the event log of any account, between two instants 20 days apart.</summary>
    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 100, QuietOnSuccess = true)]
    public void Parts_sum_exactly_to_the_change_over_any_event_log(AccountHistory history)
    {
        LoggedEvent[] log =
            [.. history.Events.OrderBy(happened => happened.OccurredAt).Select(happened => new LoggedEvent(happened, happened.OccurredAt))];
        var change = new ChangedScore(AccountPast.Of(history.Account), TestPolicies.Default)
            .Between(new ChangeView(null, history.AsOf.AddDays(-20)).Over(log), new ChangeView(null, history.AsOf).Over(log));
        Assert.That(change.Parts.Sum(part => part.Change), Is.EqualTo(change.Change));
        if (change.From.Judgement.ModelKey == change.To.Judgement.ModelKey)
            Assert.That(change.Parts.Select(part => part.Cause), Has.None.EqualTo(ChangeCause.Model));
    }

    [Test]
    public void A_change_by_time_alone_has_cause_expired_and_a_change_by_an_event_has_cause_new_data()
    {
        var log = new[] { Login(-20), Logged(EventType.NpsResponded, new ResponseData(9, null, null), -20),
            Ticket(EventType.TicketOpened, -1), Login(-0.1) };
        var causes = Between(log, -14, -0.5).Parts.ToDictionary(part => part.Signal!.Value.Name(), part => part.Cause);
        Assert.That(causes["daysSinceLastActivity"], Is.EqualTo(ChangeCause.Expired), "no event came and days passed");
        Assert.That(causes["supportSentiment"], Is.EqualTo(ChangeCause.NewData));
        Assert.That(
            Between(log, -14, 0).Parts.Single(part => part.Signal == Signal.DaysSinceLastActivity).Cause, Is.EqualTo(ChangeCause.NewData),
            "a login changed it");
    }

    [Test]
    public void A_signal_that_lost_its_data_has_cause_missing()
    {
        var log = new[] { Login(-40), Ticket(EventType.TicketOpened, -40) };
        var part = Between(log, -20, 0).Parts.Single(found => found.Signal == Signal.SupportSentiment);
        Assert.That(part.Cause, Is.EqualTo(ChangeCause.Missing));
        Assert.That(part.Detail, Is.EqualTo("supportSentiment is missing; it was neutral"));
    }

    [Test]
    public void An_override_and_a_model_change_are_separate_parts()
    {
        var signals = new SignalSet { [Signal.ReportedOutcome] = SignalValue.Of(70.0) };
        var halved = Model.Of(
            "[{'id':'only','weight':1,'measures':[{'signal':'reportedOutcome','normaliser':{'kind':'linear','from':0,'to':200}}]}]")
            with
        { Version = 2 };
        var change = ChangeExplainer.Between(Stand(Model.Identity, signals, null), signals, Stand(halved, signals, Doubt));
        Assert.That(change.Parts.Select(part => (part.Component, part.Cause, part.Change)), Is.EqualTo(new[]
        {
            ((string?)"only", ChangeCause.Model, -35.0m),
            (null, ChangeCause.Override, -22.7m),
        }));
    }

    private static ScoreChange Between(LoggedEvent[] log, double from, double to) =>
        new ChangedScore(AccountPast.Of(new Account { Id = "acme", Name = "Acme" }), TestPolicies.Default)
            .Between(new ChangeView(null, Now.AddDays(from)).Over(log), new ChangeView(null, Now.AddDays(to)).Over(log));

    private static LoggedEvent Login(double days) => Logged(EventType.UsageLogin, new UsageData { UserId = "ada" }, days);

    private static LoggedEvent Ticket(EventType type, double days) =>
        Logged(type, new TicketData("T-1", null, Sentiment.Neutral, null, null), days);

    private static LoggedEvent Logged(EventType type, EventData data, double days) =>
        new(new HealthEvent("test", $"{type}{days}", type, "acme", Now.AddDays(days), data), Now.AddDays(days));

    private static AccountStanding Stand(HealthModel model, SignalSet signals, AccountOverride? stated)
    {
        var measured = HealthScorer.Score(model, signals);
        var judgement = SegmentJudgement.Of(model, BuiltInChurnRules.Default, [], "smb");
        var health = OverriddenHealth.Apply(model, measured, stated);
        return new AccountStanding(
            new Account { Id = "acme", Name = "Acme" }, true, "smb", "unknown", judgement, signals, health, new ChurnRisk(0, "low", []),
            Now)
        {
            Measured = measured,
            Override = stated,
        };
    }

    private static decimal Shown(AccountStanding standing) => standing.Health.Score is { } score ? (decimal)Rounding.ForDisplay(score) : 0;
}
