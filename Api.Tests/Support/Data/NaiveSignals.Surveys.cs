using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Tests.Support.Data;

internal sealed partial class NaiveSignals
{
    private static decimal Score(HealthEvent e) => (decimal)((ResponseData)e.Data).Score;

    /// <summary>One event per response: the newest, and of several at the same instant the one with the highest score.</summary>
    private List<HealthEvent> Answers(EventFamily family) =>
    [
        .. Of(family)
            .Select(
                (e, index) => (Event: e, Response: ((ResponseData)e.Data).ResponseId is { } id ? e.Source + "\n" + id : index.ToString()))
            .GroupBy(answer => answer.Response)
                .Select(same => same.Select(answer => answer.Event).OrderBy(e => e.OccurredAt).ThenBy(Score).Last()),
    ];

    private void Surveys()
    {
        var nps = Answers(EventFamily.Nps).OrderBy(e => e.OccurredAt).ThenBy(Score).ToList();
        var recent = nps.Where(e => In(180, e.OccurredAt)).Select(Score).ToList();
        var balance = recent.Count(score => score >= 9) - recent.Count(score => score <= 6);
        Number(Signal.NpsLatest, nps.Count == 0 ? null : Score(nps[^1]), Newest(nps));
        Number(Signal.NpsScore180, Divide(100 * balance, recent.Count), Newest(nps));
        Number(Signal.NpsResponses180, nps.Count == 0 ? null : recent.Count, Newest(nps));
        var csat = Answers(EventFamily.Csat);
        var answers = csat.Where(e => In(90, e.OccurredAt)).Select(Score).ToList();
        Number(Signal.CsatAverage90, Mean(answers), Newest(csat));
        Number(Signal.CsatPercent90, Divide(answers.Count(score => score >= 4), answers.Count), Newest(csat));
        Number(Signal.CsatDecliningMonths, csat.Count == 0 ? null : Enumerable.Range(0, 12).TakeWhile(Fell).Count(), Newest(csat));
        var ces = Answers(EventFamily.Ces);
        Number(Signal.CesAverage90, Mean(ces.Where(e => In(90, e.OccurredAt)).Select(Score)), Newest(ces));
    }

    private bool Fell(int monthsBack) => CsatOfMonth(monthsBack) < CsatOfMonth(monthsBack + 1);

    private decimal? CsatOfMonth(int back) => Mean(Answers(EventFamily.Csat)
        .Where(e => In(30 * (back + 1), e.OccurredAt) && (back == 0 || !In(30 * back, e.OccurredAt))).Select(Score));

    private void Relationship()
    {
        var all = Of(EventFamily.Relationship);
        if (Newest(all) is not { } newest)
        {
            return;
        }

        var reviews = Of(EventType.RelationshipQbrHeld, EventType.RelationshipQbrMissed);
        var held = CountIn(365, EventType.RelationshipQbrHeld);
        var missed = CountIn(365, EventType.RelationshipQbrMissed);
        Number(Signal.QbrAttendance365, Divide(held, held + missed), Newest(reviews));
        Number(Signal.MissedQbrs365, missed, newest);
        Number(Signal.TrainingCompletions180, CountIn(180, EventType.RelationshipTrainingCompleted), newest);
        Number(Signal.ExecutiveEngagements90, CountIn(90, EventType.RelationshipExecutiveEngaged), newest);
        Number(Signal.FeedbackGiven180, CountIn(180, EventType.RelationshipFeedbackGiven), newest);
        Number(Signal.CompetitorMentions90, CountIn(90, EventType.RelationshipCompetitorMentioned), newest);
        Statements(newest);
    }

    private void Statements(DateTimeOffset newest)
    {
        var left = Newest(Of(EventType.RelationshipChampionLeft));
        var joined = Newest(Of(EventType.RelationshipChampionJoined));
        var champions = Newest(Of(EventType.RelationshipChampionLeft, EventType.RelationshipChampionJoined));
        Flag(Signal.ChampionLeft, left is not null && !(joined >= left), champions ?? newest);
        var agreed = Newest(Of(EventType.RelationshipReferenceAgreed));
        Flag(Signal.ReferenceAgreed, agreed is not null, agreed ?? newest);
        var cut = Newest(Of(EventType.RelationshipBudgetCut).Where(e => In(180, e.OccurredAt)));
        Flag(Signal.BudgetCutCommunicated180, cut is not null, cut ?? newest);
        var outcome = Of(EventType.RelationshipOutcomeReported).Where(e => Outcome(e) is not null)
            .OrderBy(e => e.OccurredAt).ThenBy(Outcome).LastOrDefault();
        Number(Signal.ReportedOutcome, outcome is null ? null : Outcome(outcome), outcome?.OccurredAt);
    }

    private static decimal? Outcome(HealthEvent e) => (decimal?)((RelationshipData)e.Data).Value;

    private int CountIn(int days, EventType type) => Of(type).Count(e => In(days, e.OccurredAt));
}
