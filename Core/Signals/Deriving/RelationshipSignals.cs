using HealthApi.Core.Accounts;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>
/// Derives the relationship signals. They are missing before the first relationship event; after it a count is 0 and a flag false until an
/// event states otherwise.
/// </summary>
internal static class RelationshipSignals
{
    private static readonly Signal[] All =
    [
        Signal.QbrAttendance365, Signal.MissedQbrs365, Signal.TrainingCompletions180, Signal.ExecutiveEngagements90,
        Signal.FeedbackGiven180, Signal.ReferenceAgreed, Signal.ChampionLeft, Signal.CompetitorMentions90,
        Signal.BudgetCutCommunicated180, Signal.ReportedOutcome,
    ];

    public static void Edges(AccountFigures figures, Account account, ref NextEdge next) =>
        LookAhead.Report(figures, figures.Relationship, account, All, Derive, ref next);

    public static void Derive(Derivation derivation)
    {
        var relationship = derivation.Figures.Relationship;
        if (relationship.Newest == Instants.None)
        {
            return;
        }

        Reviews(derivation, relationship);
        Counts(derivation, relationship);
        Statements(derivation, relationship);
    }

    private static void Reviews(Derivation derivation, RelationshipFigures relationship)
    {
        var year = derivation.AsOf - Windows.Days365;
        var held = relationship.QbrsHeld.CountAfter(year);
        var missed = relationship.QbrsMissed.CountAfter(year);
        var newest = Math.Max(relationship.QbrsHeld.Newest, relationship.QbrsMissed.Newest);
        derivation.Set(Signal.QbrAttendance365, held + missed == 0 ? null : (double)held / (held + missed), newest);
        derivation.Set(Signal.MissedQbrs365, missed, relationship.Newest);
    }

    private static void Counts(Derivation derivation, RelationshipFigures relationship)
    {
        var (quarter, half) = (derivation.AsOf - Windows.Days90, derivation.AsOf - Windows.Days180);
        derivation.Set(Signal.TrainingCompletions180, relationship.Trainings.CountAfter(half), relationship.Newest);
        derivation.Set(Signal.FeedbackGiven180, relationship.Feedback.CountAfter(half), relationship.Newest);
        derivation.Set(Signal.ExecutiveEngagements90, relationship.ExecutiveEngagements.CountAfter(quarter), relationship.Newest);
        derivation.Set(Signal.CompetitorMentions90, relationship.CompetitorMentions.CountAfter(quarter), relationship.Newest);
    }

    private static void Statements(Derivation derivation, RelationshipFigures relationship)
    {
        var (left, joined) = (relationship.ChampionLeft, relationship.ChampionJoined);
        derivation.Set(Signal.ChampionLeft, left > joined, Or(Math.Max(left, joined), relationship.Newest));
        var cut = Windows.Holds(Windows.Days180, relationship.BudgetCut, derivation.AsOf) ? relationship.BudgetCut : Instants.None;
        derivation.Set(Signal.BudgetCutCommunicated180, cut != Instants.None, Or(cut, relationship.Newest));
        var agreed = relationship.ReferenceAgreed;
        derivation.Set(Signal.ReferenceAgreed, agreed != Instants.None, Or(agreed, relationship.Newest));
        var outcome = relationship.Outcome;
        derivation.Set(Signal.ReportedOutcome, outcome.Known ? outcome.Value : null, outcome.Instant);
    }

    private static long Or(long instant, long otherwise) => instant == Instants.None ? otherwise : instant;
}
