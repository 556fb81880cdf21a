using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>The rule of evidence for every signal; null for what rests on the profile alone.</summary>
public static class SignalEvidence
{
    /// <summary>Days; longer than most logs reach back. What was told of a subscription counts however old it is.</summary>
    private const int Ever = 10_000;

    private static readonly EventType[] Usage = OfFamily(EventFamily.Usage), Tickets = OfFamily(EventFamily.Ticket);

    private static readonly EventType[] Claims =
        [EventType.BillingInvoiceIssued, EventType.BillingInvoicePaid, EventType.BillingPaymentFailed, EventType.BillingInvoiceOverdue];

    private static readonly EventType[] Subscriptions =
        [EventType.BillingSubscriptionChanged, EventType.BillingSubscriptionCancelled, EventType.BillingRenewed];

    public static EvidenceRule? RuleFor(Signal signal) => signal switch
    {
        <= Signal.UsageChange30 or Signal.DaysToFirstValue => ForUsage(signal),
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
            { Says = (happened, _) => NamesUsers(happened, snapshot => snapshot.ActiveUsers) },
        Signal.WeeklyActiveUsers => Window(7, Usage)
            with
        { Says = (happened, _) => NamesUsers(happened, snapshot => snapshot.DailyActiveUsers) },
        Signal.DailyActiveUsers
            or Signal.DailyActiveRatio => Window(1, Usage)
            with
            { Says = (happened, _) => NamesUsers(happened, snapshot => snapshot.DailyActiveUsers) },
        Signal.Logins30 => Window(30, EventType.UsageLogin),
        Signal.DaysSinceLastActivity => new EvidenceRule(Usage, null),
        Signal.FeatureAdoption => Window(
            30, Usage) with
        {
            Says = (happened, _) => happened.Data is UsageData { Feature: not null }
            or UsageData { Snapshot.FeaturesUsed: not null }
        },
        Signal.CoreFeatureAdoption => Window(30, Usage) with { Says = UsesCore },
        Signal.DaysToFirstValue => new EvidenceRule(Usage, null) { Says = UsesCore },
        Signal.UsageChange30 => Window(60, Usage),
        _ => Window(30, Usage),
    };

    private static EvidenceRule ForTickets(Signal signal) => signal switch
    {
        Signal.Tickets30 => Openings(30),
        Signal.TicketChange30 => Openings(60),
        Signal.HighPriorityTickets14 => Openings(14)
            with
        { Says = (happened, scope) => scope.Opens(happened) && happened.Data is TicketData ticket && scope.IsUrgent(ticket) },
        Signal.Escalations30 => Window(30, EventType.TicketEscalated),
        Signal.EscalationChange30 => Window(60, EventType.TicketEscalated),
        Signal.ExecutiveEscalations90 => Window(90, EventType.TicketEscalated)
            with
        { Says = (happened, _) => happened.Data is TicketData { Level: EscalationLevel.Executive } },
        Signal.ReopenRate90 => Window(90, EventType.TicketResolved, EventType.TicketReopened),
        Signal.FirstContactResolution90 => Window(400, Tickets) with { Says = SaysFirstContact, NeedsTickets = true },
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
        Window(days, EventType.TicketOpened) with { Says = (happened, scope) => scope.Opens(happened), NeedsTickets = true };

    private static EvidenceRule Ticket(int days, Func<TicketData, EvidenceScope, bool> says, params EventType[] types) =>
        Window(days, types)
            with
        { Says = (happened, scope) => happened.Data is TicketData ticket && says(ticket, scope), NeedsTickets = true };

    private static EvidenceRule Answers(int? days, EventType type) =>
        new([type], days) { Says = (happened, scope) => scope.Stands(happened), NeedsAnswers = true };

    /// <summary>Of tickets resolved in 90 days of which it is known: the resolution, and what was said of the first contact.</summary>
    private static bool SaysFirstContact(HealthEvent happened, EvidenceScope scope) => happened.Data is TicketData ticket
        && scope.IsFirstContactKnownOf(ticket) && (ticket.FirstContactResolution is not null || happened.Type == EventType.TicketResolved);

    private static bool NamesUsers(HealthEvent happened, Func<UsageSnapshot, long?> count) =>
        happened.Data is UsageData usage && (usage.UserId is not null || (usage.Snapshot is { } snapshot && count(snapshot) is not null));

    private static bool UsesCore(HealthEvent happened, EvidenceScope scope) =>
        happened.Data is UsageData usage && scope.IsCore(usage.Feature);

    private static EventType[] OfFamily(EventFamily family) => [.. Enum.GetValues<EventType>().Where(type => type.Family() == family)];
}
