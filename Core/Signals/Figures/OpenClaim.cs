namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// What an account owes at an instant: whether a payment has failed and not been made since, and for how many whole days the oldest debt
/// has been due.
/// </summary>
internal readonly record struct OpenClaim(bool Failed, long DaysOverdue)
{
    /// <summary>Overdue for longer is overdue (domain.md §3: late is 1–15 days).</summary>
    public const long MostDaysLate = 15;

    /// <summary>Where <c>paymentStatus</c> becomes late and overdue.</summary>
    public static IEnumerable<DayStep> Steps { get; } =
        [DayStep.At(Signal.DaysOverdue, Operator.Greater, 0), DayStep.At(Signal.DaysOverdue, Operator.Greater, MostDaysLate)];

    public OpenClaim And(OpenClaim other) => new(Failed || other.Failed, Math.Max(DaysOverdue, other.DaysOverdue));

    public static long DaysSinceDue(long due, long asOf) => Math.Max(0, Instants.WholeDays(due, asOf));

    /// <summary>A notice without a due date says that the invoice is overdue already: at least a day.</summary>
    public static long DaysSinceNotice(long notice, long asOf) => Math.Max(1, Instants.WholeDays(notice, asOf));
}
