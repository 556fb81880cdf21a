using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>The evidence rule of every signal; null for a signal that depends on the profile alone.</summary>
public static class SignalEvidence
{
    /// <summary>In days; longer than most logs. Events about a subscription count however old they are.</summary>
    private const int Ever = 10_000;

    /// <summary>In days; the 400 whole days whose totals a shift signal depends on, and the present one.</summary>
    private const int ShiftWindow = 401;

    private static readonly EventType[] Usage = OfFamily(EventFamily.Usage), Tickets = OfFamily(EventFamily.Ticket);

    private static readonly EventType[] Claims =
        [EventType.BillingInvoiceIssued, EventType.BillingInvoicePaid, EventType.BillingPaymentFailed, EventType.BillingInvoiceOverdue];

    private static readonly EventType[] Subscriptions =
        [EventType.BillingSubscriptionChanged, EventType.BillingSubscriptionCancelled, EventType.BillingRenewed];

    public static EvidenceRule? RuleFor(Signal signal) => signal switch
    {
        <= Signal.UsageShiftGrade or Signal.DaysToFirstValue => ForUsage(signal),
        <= Signal.SupportSentiment => ForTickets(signal),
        <= Signal.NpsResponses180 => ForAnswers(signal),
        <= Signal.CancellationScheduled or Signal.DaysToRenewal or Signal.RenewalIncomplete => ForBilling(signal),
        <= Signal.ReportedOutcome => ForRelationship(signal),
        _ => null,
    };

    private static EvidenceRule ForUsage(Signal signal) => signal switch
    {
        Signal.MonthlyActiveUsers
            or Signal.ActiveUserRatio => Window(30, Usage)
            with
            { Condition = (happened, _) => NamesUsers(happened, snapshot => snapshot.ActiveUsers) },
        Signal.WeeklyActiveUsers => Window(7, Usage)
            with
        { Condition = (happened, _) => NamesUsers(happened, snapshot => snapshot.DailyActiveUsers) },
        Signal.DailyActiveUsers
            or Signal.DailyActiveRatio => Window(1, Usage)
            with
            { Condition = (happened, _) => NamesUsers(happened, snapshot => snapshot.DailyActiveUsers) },
        Signal.Logins30 => Window(30, EventType.UsageLogin),
        Signal.DaysSinceLastActivity => new EvidenceRule(Usage, null),
        Signal.FeatureAdoption => Window(
            30, Usage) with
        {
            Condition = (happened, _) => happened.Data is UsageData { Feature: not null }
            or UsageData { Snapshot.FeaturesUsed: not null }
        },
        Signal.CoreFeatureAdoption => Window(30, Usage) with { Condition = UsesCore },
        Signal.DaysToFirstValue => new EvidenceRule(Usage, null) { Condition = UsesCore },
        Signal.UsageChange30 => Window(60, Usage),
        Signal.UsageShift or Signal.UsageShiftGrade => Window(ShiftWindow, Usage),
        _ => Window(30, Usage),
    };

    private static EvidenceRule ForTickets(Signal signal) => signal switch
    {
        Signal.Tickets30 => Openings(30),
        Signal.TicketChange30 => Openings(60),
        Signal.HighPriorityTickets14 => Openings(14)
            with
        { Condition = (happened, scope) => scope.Opens(happened) && happened.Data is TicketData ticket && scope.IsUrgent(ticket) },
        Signal.Escalations30 => Window(30, EventType.TicketEscalated),
        Signal.EscalationChange30 => Window(60, EventType.TicketEscalated),
        Signal.TicketShift or Signal.TicketShiftGrade or Signal.EscalationShift or Signal.EscalationShiftGrade =>
            Window(ShiftWindow, Tickets),
        Signal.ExecutiveEscalations90 => Window(90, EventType.TicketEscalated)
            with
        { Condition = (happened, _) => happened.Data is TicketData { Level: EscalationLevel.Executive } },
        Signal.ReopenRate90 => Window(90, EventType.TicketResolved, EventType.TicketReopened),
        Signal.FirstContactResolution90 => Window(400, Tickets) with { Condition = StatesFirstContact, NeedsTickets = true },
        Signal.MeanTimeToResolveHours90 => Ticket(
            400, (ticket, scope) => scope.IsResolvedIn90(ticket), EventType.TicketOpened, EventType.TicketResolved),
        _ => Ticket(400, (ticket, scope) => scope.DecidesSentiment(ticket), Tickets),
    };

    private static EvidenceRule ForAnswers(Signal signal) => signal switch
    {
        Signal.CsatAverage90 or Signal.CsatPercent90 => Answers(90, EventType.CsatResponded),
        Signal.CsatDecliningMonths => Answers(390, EventType.CsatResponded),
        Signal.CesAverage90 => Answers(90, EventType.CesResponded),
        Signal.NpsLatest => Answers(null, EventType.NpsResponded),
        _ => Answers(180, EventType.NpsResponded),
    };

    private static EvidenceRule ForBilling(Signal signal) => signal switch
    {
        Signal.PaymentStatus or Signal.DaysOverdue => Window(400, Claims),
        Signal.MrrChange90 or Signal.CancellationScheduled or Signal.RenewalIncomplete => Window(Ever, Subscriptions),
        _ => new EvidenceRule(Subscriptions, null),
    };

    private static EvidenceRule ForRelationship(Signal signal) => signal switch
    {
        Signal.QbrAttendance365 => Window(365, EventType.RelationshipQbrHeld, EventType.RelationshipQbrMissed),
        Signal.MissedQbrs365 => Window(365, EventType.RelationshipQbrMissed),
        Signal.TrainingCompletions180 => Window(180, EventType.RelationshipTrainingCompleted),
        Signal.ExecutiveEngagements90 => Window(90, EventType.RelationshipExecutiveEngaged),
        Signal.FeedbackGiven180 => Window(180, EventType.RelationshipFeedbackGiven),
        Signal.ReferenceAgreed => new EvidenceRule([EventType.RelationshipReferenceAgreed], null),
        Signal.ChampionLeft => new EvidenceRule([EventType.RelationshipChampionLeft, EventType.RelationshipChampionJoined], null),
        Signal.CompetitorMentions90 => Window(90, EventType.RelationshipCompetitorMentioned),
        Signal.BudgetCutCommunicated180 => Window(180, EventType.RelationshipBudgetCut),
        _ => new EvidenceRule([EventType.RelationshipOutcomeReported], null),
    };

    private static EvidenceRule Window(int days, params EventType[] types) => new(types, days);

    private static EvidenceRule Openings(int days) =>
        Window(days, EventType.TicketOpened) with { Condition = (happened, scope) => scope.Opens(happened), NeedsTickets = true };

    private static EvidenceRule Ticket(int days, Func<TicketData, EvidenceScope, bool> condition, params EventType[] types) =>
        Window(days, types)
            with
        { Condition = (happened, scope) => happened.Data is TicketData ticket && condition(ticket, scope), NeedsTickets = true };

    private static EvidenceRule Answers(int? days, EventType type) =>
        new([type], days) { Condition = (happened, scope) => scope.IsNewestAnswer(happened), NeedsAnswers = true };

    /// <summary>
    /// For tickets that were resolved within 90 days and whose first-contact resolution is known: the resolution, and the events that state
    /// the first-contact resolution.
    /// </summary>
    private static bool StatesFirstContact(HealthEvent happened, EvidenceScope scope) => happened.Data is TicketData ticket
        && scope.IsFirstContactKnownOf(ticket) && (ticket.FirstContactResolution is not null || happened.Type == EventType.TicketResolved);

    private static bool NamesUsers(HealthEvent happened, Func<UsageSnapshot, long?> count) =>
        happened.Data is UsageData usage && (usage.UserId is not null || (usage.Snapshot is { } snapshot && count(snapshot) is not null));

    private static bool UsesCore(HealthEvent happened, EvidenceScope scope) =>
        happened.Data is UsageData usage && scope.IsCore(usage.Feature);

    private static EventType[] OfFamily(EventFamily family) => [.. Enum.GetValues<EventType>().Where(type => type.Family() == family)];
}
