namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// The open claims of an account at an instant: whether a payment failed and was not made since, and for how many whole days the oldest
/// claim has been due.
/// </summary>
internal readonly record struct OpenClaim(bool Failed, long DaysOverdue)
{
    /// <summary>The payment status is late up to this many days, and overdue after them (domain.md §3).</summary>
    public const long MostDaysLate = 15;

    /// <summary>The steps at which <c>paymentStatus</c> becomes late and overdue.</summary>
    public static IEnumerable<DayStep> Steps { get; } =
        [DayStep.At(Signal.DaysOverdue, Operator.Greater, 0), DayStep.At(Signal.DaysOverdue, Operator.Greater, MostDaysLate)];

    public OpenClaim And(OpenClaim other) => new(Failed || other.Failed, Math.Max(DaysOverdue, other.DaysOverdue));

    public static long DaysSinceDue(long due, long asOf) => Math.Max(0, Instants.WholeDays(due, asOf));

    /// <summary>An overdue notice without a due date means that the invoice is already overdue, so at least one day counts.</summary>
    public static long DaysSinceNotice(long notice, long asOf) => Math.Max(1, Instants.WholeDays(notice, asOf));
}
