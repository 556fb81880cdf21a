namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// The windows of domain.md §3. A window of length w at <c>asOf</c> is <c>(asOf − w, asOf]</c>; the one before it is
/// <c>(asOf − 2w, asOf − w]</c>. Events after <c>asOf</c> count as inside the window, because senders' clocks may be up to five minutes
/// ahead.
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

    /// <summary>The largest value of <c>csatDecliningMonths</c>.</summary>
    public const int DecliningMonths = 12;

    public static bool Holds(long window, long instant, long asOf) => instant > asOf - window;

    public static bool PreviousHolds(long window, long instant, long asOf) =>
        instant <= asOf - window && instant > asOf - (2 * window);
}

/// <summary>
/// The periods for which the figures store data. Whether an entry is forgotten depends on its own age and not on other entries, so
/// forgetting and applying late events can happen in either order.
/// </summary>
internal static class Horizons
{
    /// <summary>Quantities and logins: the 30-day window and the one before it.</summary>
    public const long Usage = 2 * Windows.Days30;

    /// <summary>Ticket events: as long as the default retention of the event log.</summary>
    public const long Tickets = 400 * Instants.Day;

    /// <summary>Claims: due dates, overdue notices, failed payments.</summary>
    public const long Claims = 365 * Instants.Day;

    /// <summary>Payments are stored longer than claims, so that a claim never outlives the payment that settled it.</summary>
    public const long Payments = 400 * Instants.Day;

    /// <summary>CSAT answers: twelve declines compare thirteen windows.</summary>
    public const long Csat = (Windows.DecliningMonths + 1) * Windows.Days30;
}
