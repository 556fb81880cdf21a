using HealthApi.Core.Events;

namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// The figures of the relationship family: the instants of events that are counted over a window, and the newest statement of facts that
/// hold until they are contradicted.
/// </summary>
internal sealed class RelationshipFigures : IFamilyFigures, IEdges
{
    public long Newest { get; private set; } = Instants.None;

    public Timeline<Occurrence> QbrsHeld { get; } = new();

    public Timeline<Occurrence> QbrsMissed { get; } = new();

    public Timeline<Occurrence> Trainings { get; } = new();

    public Timeline<Occurrence> ExecutiveEngagements { get; } = new();

    public Timeline<Occurrence> CompetitorMentions { get; } = new();

    public Timeline<Occurrence> Feedback { get; } = new();

    public long ChampionLeft { get; private set; } = Instants.None;

    public long ChampionJoined { get; private set; } = Instants.None;

    public long BudgetCut { get; private set; } = Instants.None;

    public long ReferenceAgreed { get; private set; } = Instants.None;

    public Latest<double> Outcome { get; private set; } = Latest<double>.None;

    public int Count => QbrsHeld.Count + QbrsMissed.Count + Trainings.Count + ExecutiveEngagements.Count + CompetitorMentions.Count
        + Feedback.Count;

    public void Apply(EventType type, RelationshipData data, long instant)
    {
        Newest = Math.Max(Newest, instant);
        if (CountedBy(type) is { } counted)
        {
            counted.Add(new Occurrence(instant));
            return;
        }

        ApplyStatement(type, data, instant);
    }

    public void Forget(long asOf)
    {
        QbrsHeld.Forget(asOf - Windows.Days365);
        QbrsMissed.Forget(asOf - Windows.Days365);
        Trainings.Forget(asOf - Windows.Days180);
        ExecutiveEngagements.Forget(asOf - Windows.Days90);
        CompetitorMentions.Forget(asOf - Windows.Days90);
        Feedback.Forget(asOf - Windows.Days180);
    }

    public void Edges(ref NextEdge next)
    {
        next.Leaves(QbrsHeld, Windows.Days365);
        next.Leaves(QbrsMissed, Windows.Days365);
        next.Leaves(Trainings, Windows.Days180);
        next.Leaves(ExecutiveEngagements, Windows.Days90);
        next.Leaves(CompetitorMentions, Windows.Days90);
        next.Leaves(Feedback, Windows.Days180);
        next.Leaves(BudgetCut, Windows.Days180);
    }

    public void Write(ref FigureWriter writer)
    {
        writer.OptionalInstant(Newest);
        QbrsHeld.Write(ref writer);
        QbrsMissed.Write(ref writer);
        Trainings.Write(ref writer);
        ExecutiveEngagements.Write(ref writer);
        CompetitorMentions.Write(ref writer);
        Feedback.Write(ref writer);
        writer.OptionalInstant(ChampionLeft);
        writer.OptionalInstant(ChampionJoined);
        writer.OptionalInstant(BudgetCut);
        writer.OptionalInstant(ReferenceAgreed);
        writer.OptionalInstant(Outcome.Instant);
        writer.Double(Outcome.Value);
    }

    public void Fill(ref FigureReader reader)
    {
        Newest = reader.OptionalInstant();
        QbrsHeld.Fill(ref reader);
        QbrsMissed.Fill(ref reader);
        Trainings.Fill(ref reader);
        ExecutiveEngagements.Fill(ref reader);
        CompetitorMentions.Fill(ref reader);
        Feedback.Fill(ref reader);
        ChampionLeft = reader.OptionalInstant();
        ChampionJoined = reader.OptionalInstant();
        BudgetCut = reader.OptionalInstant();
        ReferenceAgreed = reader.OptionalInstant();
        Outcome = new(reader.OptionalInstant(), reader.Double());
    }

    private Timeline<Occurrence>? CountedBy(EventType type) => type switch
    {
        EventType.RelationshipQbrHeld => QbrsHeld,
        EventType.RelationshipQbrMissed => QbrsMissed,
        EventType.RelationshipTrainingCompleted => Trainings,
        EventType.RelationshipExecutiveEngaged => ExecutiveEngagements,
        EventType.RelationshipCompetitorMentioned => CompetitorMentions,
        EventType.RelationshipFeedbackGiven => Feedback,
        _ => null,
    };

    private void ApplyStatement(EventType type, RelationshipData data, long instant)
    {
        switch (type)
        {
            case EventType.RelationshipChampionLeft:
                ChampionLeft = Math.Max(ChampionLeft, instant);
                break;
            case EventType.RelationshipChampionJoined:
                ChampionJoined = Math.Max(ChampionJoined, instant);
                break;
            case EventType.RelationshipBudgetCut:
                BudgetCut = Math.Max(BudgetCut, instant);
                break;
            case EventType.RelationshipReferenceAgreed:
                ReferenceAgreed = Math.Max(ReferenceAgreed, instant);
                break;
            case EventType.RelationshipOutcomeReported when data.Value is { } value:
                Outcome = Outcome.With(instant, value + 0.0);
                break;
        }
    }
}
