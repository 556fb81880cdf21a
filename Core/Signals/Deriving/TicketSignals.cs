using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>Derives the support signals; missing before the first ticket event.</summary>
internal static class TicketSignals
{
    private const string Escalated = "escalated";

    private static readonly Signal[] All =
    [
        Signal.Tickets30, Signal.TicketChange30, Signal.HighPriorityTickets14, Signal.Escalations30, Signal.ExecutiveEscalations90,
        Signal.EscalationChange30, Signal.ReopenRate90, Signal.FirstContactResolution90, Signal.MeanTimeToResolveHours90,
        Signal.SupportSentiment,
    ];

    public static void Edges(AccountFigures figures, Account account, ref NextEdge next) =>
        LookAhead.Report(figures, figures.Tickets, account, All, Derive, ref next);

    public static void Derive(Derivation derivation)
    {
        var newest = derivation.Figures.Tickets.Newest;
        if (newest == Instants.None)
        {
            return;
        }

        var counts = new TicketCounts(derivation.AsOf);
        foreach (var entries in derivation.Figures.Tickets.Tickets.Values)
        {
            counts.Add(entries.After(derivation.AsOf - Horizons.Tickets));
        }

        Volume(derivation, counts, newest);
        Resolution(derivation, counts, newest);
        derivation.Set(Signal.SupportSentiment, SentimentOf(counts), newest);
    }

    private static void Volume(Derivation derivation, in TicketCounts counts, long newest)
    {
        derivation.Set(Signal.Tickets30, counts.Opened, newest);
        derivation.Set(Signal.TicketChange30, Ratios.Change(counts.Opened, counts.OpenedBefore), newest);
        derivation.Set(Signal.HighPriorityTickets14, counts.Urgent, newest);
        derivation.Set(Signal.Escalations30, counts.Escalations, newest);
        derivation.Set(Signal.ExecutiveEscalations90, counts.ExecutiveEscalations, newest);
        derivation.Set(Signal.EscalationChange30, Ratios.Change(counts.Escalations, counts.EscalationsBefore), newest);
    }

    private static void Resolution(Derivation derivation, in TicketCounts counts, long newest)
    {
        derivation.Set(Signal.ReopenRate90, Quotient(counts.Reopenings, counts.Resolutions), newest);
        derivation.Set(Signal.FirstContactResolution90, Quotient(counts.FirstContact, counts.FirstContactKnown), newest);
        var hours = Quotient(counts.TimeToResolve, counts.TicketsTimed) / Instants.Hour;
        derivation.Set(Signal.MeanTimeToResolveHours90, hours, newest);
    }

    private static double? Quotient(long part, long whole) => whole == 0 ? null : (double)part / whole;

    private static SignalValue SentimentOf(in TicketCounts counts)
    {
        if (counts.AnyEscalated)
        {
            return SignalValue.Of(Escalated);
        }

        var majority = default(Sentiment?);
        for (var sentiment = Sentiment.Negative; sentiment >= Sentiment.Positive; sentiment--)
        {
            var tickets = counts.Touched[(int)sentiment];
            majority = tickets > (majority is { } ahead ? counts.Touched[(int)ahead] : 0) ? sentiment : majority;
        }

        return majority is { } winner ? SignalValue.Of(Word(winner)) : SignalValue.Missing;
    }

    private static string Word(Sentiment sentiment) => sentiment switch
    {
        Sentiment.Positive => "positive",
        Sentiment.Neutral => "neutral",
        Sentiment.Negative => "negative",
    };
}
