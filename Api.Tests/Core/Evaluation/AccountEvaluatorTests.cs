using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Evaluation;

public sealed class AccountEvaluatorTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly Account Acme = new() { Id = "acme", Name = "Acme", CoreFeatures = ["reports"] };
    private static readonly EvaluationPolicy Policy = new(new ModelRegistry(), BuiltInChurnRules.Default, SegmentPolicy.Default, []);

    [Test]
    public void The_first_score_is_remembered_and_raises_no_crossing()
    {
        var story = new Story().Then(0, Use("reports")).Then(0, Paid());
        Assert.That(story.Crossings, Is.Empty);
        Assert.That(story.Memory.Category, Is.EqualTo("healthy"));
    }

    [Test]
    public void An_account_first_scored_in_the_worst_category_raises_one_entered_crossing()
    {
        var story = new Story().Then(90, Login(-60)).Then(90, Login(-61)).Then(91, Login(-62));
        var entered = story.Crossings.Single(crossing => crossing.Metric == Metric.Health);
        Assert.That(entered.Direction, Is.EqualTo(CrossingDirection.Entered));
        Assert.That(entered.Threshold, Is.EqualTo("lifecycle:at_risk"));
        Assert.That(entered.From.Score, Is.Null);
    }

    [TestCase(ThresholdDirection.Falling, 1)]
    [TestCase(ThresholdDirection.Both, 1)]
    [TestCase(ThresholdDirection.Rising, 0)]
    public void A_threshold_that_reports_only_rises_raises_no_entered_crossing(ThresholdDirection direction, int entered)
    {
        var worst = new Threshold("lifecycle:at_risk", Metric.Health, 40, true, direction, 2, TimeSpan.Zero, null);
        var story = new Story(policy: new EvaluationPolicy(Policy.Models, Policy.Rules, Policy.Segments, [worst])).Then(90, Login(-60));
        Assert.That(story.Crossings.Count(crossing => crossing.Direction == CrossingDirection.Entered), Is.EqualTo(entered));
    }

    [Test]
    public void An_override_dated_in_the_future_by_a_fast_clock_applies_until_it_expires()
    {
        var ahead = Start.AddSeconds(2);
        var stated = new AccountOverride
        {
            Id = "o",
            Score = 20,
            Reason = "They told us.",
            SetBy = "dana",
            SetAt = ahead,
            ExpiresAt = ahead.AddDays(9)
        };
        var story = new Story(memory: AccountMemory.Empty with { Override = stated }).Then(0, Use("reports"));
        Assert.That((story.Memory.Override, story.Memory.Score), Is.EqualTo((stated, 20.0)));
        Assert.That(story.Then(10).Memory.Override, Is.Null, "the override has expired");
    }

    [Test]
    public void A_recovery_resolves_the_crossing_it_reverses_and_sequence_numbers_have_no_gaps()
    {
        var story = new Story()
            .Then(0, Use("reports")).Then(0, Ticket(EventType.TicketOpened)).Then(0, Paid())
            .Then(1, Ticket(EventType.TicketEscalated)).Then(1, Failed())
            .Then(2, Ticket(EventType.TicketResolved), Ticket(EventType.TicketUpdated, Sentiment.Positive)).Then(2, Paid("i2"))
                .Then(2, Use("reports"));
        var healthy = story.Crossings.Where(crossing => crossing.Threshold == "lifecycle:healthy").ToList();
        Assert.That(
            healthy.Select(crossing => crossing.Direction), Is.EqualTo(new[] { CrossingDirection.Falling, CrossingDirection.Rising }));
        Assert.That(healthy[1].Resolves, Is.EqualTo(new[] { healthy[0].Id }));
        Assert.That(story.Crossings.Select(crossing => crossing.Sequence), Is.EqualTo(Enumerable.Range(1, story.Crossings.Count)));
    }

    [Test]
    public void Churn_risk_thresholds_are_watched_only_after_the_first_risk_that_rests_on_an_event()
    {
        var story = new Story().Then(0).Then(1, Relation(EventType.RelationshipChampionLeft));
        Assert.That(story.Crossings, Is.Empty, "the first risk that rests on an event raises no crossing");
        story.Then(2, Relation(EventType.RelationshipChampionJoined));
        Assert.That(
            story.Crossings.Select(crossing => (crossing.Threshold, crossing.Direction)),
            Is.EqualTo(new[] { ("churn_risk:medium", CrossingDirection.Falling) }));
    }

    [Test]
    public void The_reasons_of_a_crossing_sum_to_its_change_of_score()
    {
        var story = new Story()
            .Then(0, Use("reports")).Then(0, Ticket(EventType.TicketOpened)).Then(0, Paid())
            .Then(
                1, Ticket(EventType.TicketEscalated), Failed(), Relation(EventType.RelationshipChampionLeft),
                Relation(EventType.RelationshipBudgetCut))
            .Then(2, Relation(EventType.RelationshipChampionJoined), Relation(EventType.RelationshipCompetitorMentioned));
        Assert.That(story.Crossings, Has.Count.GreaterThan(1));
        foreach (var crossing in story.Crossings)
        {
            Assert.That(
                crossing.Reasons.Sum(reason => reason.Change),
                Is.EqualTo((decimal)(Rounding.ForDisplay(crossing.To.Score!.Value) - Rounding.ForDisplay(crossing.From.Score!.Value))),
                $"{crossing.Threshold} {crossing.Direction}");
        }
    }

    [Test]
    public void The_previous_category_is_remembered_and_is_null_when_there_was_no_score()
    {
        var story = new Story().Then(0).Then(0, Use("reports"));
        Assert.That(story.Memory.PreviousCategory, Is.Null);
        story.Then(20);
        Assert.That(story.Memory.PreviousCategory, Is.EqualTo("healthy"));
    }

    [Test]
    public void The_same_events_give_the_same_crossing_ids_and_another_account_gets_different_ids()
    {
        Story Run(Account account) => new Story(account).Then(0, Use("reports")).Then(0, Paid()).Then(31);
        var ids = Run(Acme).Crossings.Select(crossing => crossing.Id).ToList();
        Assert.That(ids, Is.Not.Empty);
        Assert.That(Run(Acme).Crossings.Select(crossing => crossing.Id), Is.EqualTo(ids));
        Assert.That(Run(Acme with { Id = "globex" }).Crossings.Select(crossing => crossing.Id), Is.Not.SubsetOf(ids));
    }

    private static Func<DateTimeOffset, HealthEvent> Use(string feature) =>
        at => Event(EventType.UsageFeatureUsed, at, new UsageData { UserId = "u", Feature = feature });

    private static Func<DateTimeOffset, HealthEvent> Login(int days) =>
        at => Event(EventType.UsageLogin, at.AddDays(days), new UsageData { UserId = "u" });

    private static Func<DateTimeOffset, HealthEvent> Paid(string invoice = "i1") =>
        at => Event(EventType.BillingInvoicePaid, at, new BillingData { InvoiceId = invoice });

    private static Func<DateTimeOffset, HealthEvent> Failed() =>
        at => Event(EventType.BillingPaymentFailed, at, new BillingData { InvoiceId = "i2" });

    private static Func<DateTimeOffset, HealthEvent> Ticket(EventType type, Sentiment? sentiment = Sentiment.Positive) =>
        at => Event(type, at, new TicketData("t1", TicketPriority.P3, sentiment, null, null));

    private static Func<DateTimeOffset, HealthEvent> Relation(EventType type) => at => Event(type, at, new RelationshipData(null, null));

    private static HealthEvent Event(EventType type, DateTimeOffset at, EventData data) => new("test", "", type, "acme", at, data);

    /// <summary>One account, evaluated after each step.</summary>
    private sealed class Story(Account? account = null, EvaluationPolicy? policy = null, AccountMemory? memory = null)
    {
        private readonly AccountFigures _figures = new();

        public AccountMemory Memory { get; private set; } = memory ?? AccountMemory.Empty;

        public List<Crossing> Crossings { get; } = [];

        public Story Then(int day, params Func<DateTimeOffset, HealthEvent>[] events)
        {
            var now = Start.AddDays(day).AddMinutes(Memory.Sequence);
            foreach (var happened in events) _figures.Apply(happened(now));
            var stored = AccountMemory.FromStored(Memory.ToBytes(), []);
            var evaluation = AccountEvaluator.Evaluate(_figures, account ?? Acme, Start, stored, policy ?? Policy, now);
            Memory = evaluation.Memory;
            Crossings.AddRange(evaluation.Crossings);
            return this;
        }
    }
}
