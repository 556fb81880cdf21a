using static HealthApi.Core.Signals.SignalDefinition;

namespace HealthApi.Core.Signals.Catalogue;

internal static class RelationshipDefinitions
{
    public static IEnumerable<SignalDefinition> All =>
    [
        Ratio(Signal.QbrAttendance365, "P365D", "Business reviews held ÷ (held + missed) in the last 365 days."),
        Number(Signal.MissedQbrs365, "reviews", "P365D", "Business reviews missed in the last 365 days."),
        Number(Signal.TrainingCompletions180, "trainings", "P180D", "Trainings completed in the last 180 days."),
        Number(Signal.ExecutiveEngagements90, "engagements", "P90D", "Executive engagements in the last 90 days."),
        Number(Signal.FeedbackGiven180, "answers", "P180D", "Times feedback was given in the last 180 days."),
        Flag(Signal.ReferenceAgreed, null, "The customer agreed to be a reference."),
        Flag(Signal.ChampionLeft, null, "A champion left and none joined since."),
        Number(Signal.CompetitorMentions90, "mentions", "P90D", "Times a competitor was mentioned in the last 90 days."),
        Flag(Signal.BudgetCutCommunicated180, "P180D", "A budget cut was communicated in the last 180 days."),
        Number(Signal.ReportedOutcome, "points", null, "Newest reported outcome (ROI), 0–100.", 0, 100),
    ];
}
