namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// The windows of domain.md §3. A window of length w at <c>asOf</c> is <c>(asOf − w, asOf]</c>, the one before it
/// <c>(asOf − 2w, asOf − w]</c>. What happened ahead of <c>asOf</c> (senders' clocks run up to five minutes ahead) is current.
/// </summary>
internal static class Windows
{
    public const long Days1 = Instants.Day;
    public const long Days7 = 7 * Instants.Day;
    public const long Days14 = 14 * Instants.Day;
    public const long Days30 = 30 * Instants.Day;
    public const long Days90 = 90 * Instants.Day;
    public const long Days180 = 180 * Instants.Day;
    public const long Days365 = 365 * Instants.Day;

    /// <summary>Most 30-day windows in a row that <c>csatDecliningMonths</c> can count.</summary>
    public const int DecliningMonths = 12;

    public static bool Holds(long window, long instant, long asOf) => instant > asOf - window;

    public static bool PreviousHolds(long window, long instant, long asOf) =>
        instant <= asOf - window && instant > asOf - (2 * window);
}

/// <summary>
/// How long the figures remember. Every horizon is a rule about single entries (never about an entry's neighbours), so forgetting
/// commutes with applying late events.
/// </summary>
internal static class Horizons
{
    /// <summary>Amounts and logins: this window and the one before it.</summary>
    public const long Usage = 2 * Windows.Days30;

    /// <summary>What a ticket event said, as long as the event log is kept by default.</summary>
    public const long Tickets = 400 * Instants.Day;

    /// <summary>What asks for money: due dates, overdue notices, failed payments.</summary>
    public const long Claims = 365 * Instants.Day;

    /// <summary>Payments are remembered longer than claims, so that a claim never outlives the payment that settled it.</summary>
    public const long Payments = 400 * Instants.Day;

    /// <summary>Twelve declining windows need thirteen.</summary>
    public const long Csat = (Windows.DecliningMonths + 1) * Windows.Days30;
}
