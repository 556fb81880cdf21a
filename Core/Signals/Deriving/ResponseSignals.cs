using HealthApi.Core.Accounts;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>Derives the survey signals. Means and shares are missing if there is no answer in their window. Sums are exact.</summary>
internal static class ResponseSignals
{
    private const int LowestPromoter = 9 * Answer.Unit;
    private const int HighestDetractor = 6 * Answer.Unit;
    private const int LowestSatisfied = 4 * Answer.Unit;

    private static readonly Signal[] OfNps = [Signal.NpsLatest, Signal.NpsScore180, Signal.NpsResponses180],
        OfCsat = [Signal.CsatAverage90, Signal.CsatPercent90, Signal.CsatDecliningMonths], OfCes = [Signal.CesAverage90];

    public static void Edges(AccountFigures figures, Account account, ref NextEdge next)
    {
        LookAhead.Report(figures, figures.Nps, account, OfNps, Nps, ref next);
        LookAhead.Report(figures, figures.Csat, account, OfCsat, Csat, ref next);
        LookAhead.Report(figures, figures.Ces, account, OfCes, Ces, ref next);
    }

    public static void Derive(Derivation derivation)
    {
        Nps(derivation);
        Csat(derivation);
        Ces(derivation);
    }

    private static void Ces(Derivation derivation)
    {
        var ces = derivation.Figures.Ces.Answers;
        derivation.Set(Signal.CesAverage90, Mean(ces.After(derivation.AsOf - Windows.Days90)), ces.Newest);
    }

    private static void Nps(Derivation derivation)
    {
        var answers = derivation.Figures.Nps.Answers;
        if (answers.Count == 0)
        {
            return;
        }

        derivation.Set(Signal.NpsLatest, answers.Items[^1].Score, answers.Newest);
        var (promoters, detractors, all) = (0, 0, 0);
        foreach (var answer in answers.After(derivation.AsOf - Windows.Days180))
        {
            promoters += answer.Millionths >= LowestPromoter ? 1 : 0;
            detractors += answer.Millionths <= HighestDetractor ? 1 : 0;
            all++;
        }

        derivation.Set(Signal.NpsScore180, all == 0 ? null : 100.0 * (promoters - detractors) / all, answers.Newest);
        derivation.Set(Signal.NpsResponses180, all, answers.Newest);
    }

    private static void Csat(Derivation derivation)
    {
        var answers = derivation.Figures.Csat.Answers;
        if (answers.Count == 0)
        {
            return;
        }

        var recent = answers.After(derivation.AsOf - Windows.Days90);
        var satisfied = 0;
        foreach (var answer in recent)
        {
            satisfied += answer.Millionths >= LowestSatisfied ? 1 : 0;
        }

        derivation.Set(Signal.CsatAverage90, Mean(recent), answers.Newest);
        derivation.Set(Signal.CsatPercent90, recent.Length == 0 ? null : (double)satisfied / recent.Length, answers.Newest);
        derivation.Set(Signal.CsatDecliningMonths, DecliningMonths(answers, derivation.AsOf), answers.Newest);
    }

    private static int DecliningMonths(Timeline<Answer> answers, long asOf)
    {
        var months = 0;
        var newer = Mean(Month(answers, asOf, 0));
        while (months < Windows.DecliningMonths && Mean(Month(answers, asOf, months + 1)) is { } older && newer < older)
        {
            newer = older;
            months++;
        }

        return months;
    }

    /// <summary>The answers of the 30-day window that ends <paramref name="back"/> windows before the instant.</summary>
    private static ReadOnlySpan<Answer> Month(Timeline<Answer> answers, long asOf, int back)
    {
        var end = back == 0 ? answers.Count : answers.IndexAfter(asOf - (back * Windows.Days30));
        return answers.Items[answers.IndexAfter(asOf - ((back + 1) * Windows.Days30))..end];
    }

    private static double? Mean(ReadOnlySpan<Answer> answers)
    {
        var sum = 0L;
        foreach (var answer in answers)
        {
            sum += answer.Millionths;
        }

        return answers.Length == 0 ? null : (double)sum / ((double)answers.Length * Answer.Unit);
    }
}
