using HealthApi.Core.Signals.Shifts;

namespace HealthApi.Core.Signals.Catalogue;

/// <summary>The definitions of the shift signals, which share their words.</summary>
internal static class ShiftTexts
{
    private const string Base =
        " of the last 28 whole UTC days against the up to 84 days before them; 0 without one, missing with fewer than 28 such days or "
        + "nothing in them.";

    public const string UsageShift = "Greatest lasting fall of the daily usage volume" + Base;
    public const string TicketShift = "Greatest lasting rise of the tickets opened a day" + Base;
    public const string EscalationShift = "Greatest lasting rise of the escalations a day" + Base;

    public const string UsageGrade = "How sure usageShift is; it only rises while the shift lasts.";
    public const string TicketGrade = "How sure ticketShift is; it only rises while the shift lasts.";
    public const string EscalationGrade = "How sure escalationShift is; it only rises while the shift lasts.";

    /// <summary>The grades, best first.</summary>
    public static string[] Grades { get; } = [ShiftGrades.Steady, ShiftGrades.Watch, ShiftGrades.Alarm];
}
