using static HealthApi.Core.Signals.SignalDefinition;

namespace HealthApi.Core.Signals.Catalogue;

internal static class SatisfactionDefinitions
{
    private const string Declining =
        "Consecutive 30-day windows, counted back from now, in which the mean CSAT answer fell against the window before; at most 12.";

    public static IEnumerable<SignalDefinition> All =>
    [
        Number(Signal.CsatAverage90, "points", "P90D", "Mean CSAT answer (1–5) of the last 90 days.", 0, 5),
        Ratio(Signal.CsatPercent90, "P90D", "Share of the CSAT answers of the last 90 days that are 4 or 5."),
        Number(Signal.CsatDecliningMonths, "months", null, Declining),
        Number(Signal.CesAverage90, "points", "P90D", "Mean CES answer (1 = very easy, 5) of the last 90 days; low is good.", 1, 5),
        Number(Signal.NpsLatest, "points", null, "Newest NPS answer, 0–10.", 0, 10),
        Number(Signal.NpsScore180, "points", "P180D", "% promoters (9–10) − % detractors (0–6) of the last 180 days.", -100, 100),
        Number(Signal.NpsResponses180, "answers", "P180D", "NPS answers in the last 180 days."),
    ];
}
