namespace HealthApi.Core.Events;

/// <summary>The family of an event; each has its own ingestion route.</summary>
public enum EventFamily : byte
{
    Usage,
    Ticket,
    Billing,
    Nps,
    Csat,
    Ces,
    Relationship,
}

/// <summary>Wire names of the families: the first part of the names of their event types.</summary>
public static class EventFamilies
{
    private static readonly string[] Names = [.. Enum.GetNames<EventFamily>().Select(name => name.ToLowerInvariant())];

    public static string Name(this EventFamily family) => Names[(int)family];
}

/// <summary>Every event type. The numbers are stored, so a number is never changed or reused.</summary>
public enum EventType : byte
{
    UsageLogin = 1,
    UsageFeatureUsed = 2,
    UsageActivity = 3,
    UsageSnapshot = 4,
    TicketOpened = 10,
    TicketUpdated = 11,
    TicketEscalated = 12,
    TicketResolved = 13,
    TicketReopened = 14,
    TicketClosed = 15,
    BillingInvoiceIssued = 20,
    BillingInvoicePaid = 21,
    BillingPaymentFailed = 22,
    BillingInvoiceOverdue = 23,
    BillingSubscriptionChanged = 24,
    BillingSubscriptionCancelled = 25,
    BillingRenewed = 26,
    NpsResponded = 30,
    CsatResponded = 31,
    CesResponded = 32,
    RelationshipQbrHeld = 40,
    RelationshipQbrMissed = 41,
    RelationshipTrainingCompleted = 42,
    RelationshipChampionLeft = 43,
    RelationshipChampionJoined = 44,
    RelationshipExecutiveEngaged = 45,
    RelationshipCompetitorMentioned = 46,
    RelationshipBudgetCut = 47,
    RelationshipReferenceAgreed = 48,
    RelationshipFeedbackGiven = 49,
    RelationshipOutcomeReported = 50,
    RelationshipFeatureRequested = 51,
}
