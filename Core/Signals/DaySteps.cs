using HealthApi.Core.Signals.Deriving;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals;

/// <summary>
/// Steps in a row of a signal that counts whole days; both ends belong to them. A step is named by the greater of its two counts: step 7
/// lies between 6 and 7 days.
/// </summary>
public readonly record struct DayStep(Signal Signal, double First, double Last)
{
    /// <summary>Where a comparison with a bound changes.</summary>
    public static DayStep At(Signal signal, Operator comparison, double bound)
    {
        var (reached, exceeded) = (Math.Ceiling(bound), Math.Floor(bound) + 1);
        return comparison switch
        {
            Operator.GreaterOrEqual or Operator.Less => new(signal, reached, reached),
            Operator.Greater or Operator.LessOrEqual => new(signal, exceeded, exceeded),
            _ => new(signal, reached, exceeded),
        };
    }

    /// <summary>Where a line rises or falls between two values, the lesser of them first or not.</summary>
    public static DayStep Along(Signal signal, double from, double to) =>
        new(signal, Math.Floor(Math.Min(from, to)) + 1, Math.Ceiling(Math.Max(from, to)));
}

/// <summary>
/// The steps that change something an account is judged by. Signals that count whole days change every day; an account is evaluated again
/// only where that matters.
/// </summary>
public sealed class DaySteps
{
    /// <summary>Days; longer than the calendar.</summary>
    private const double Farthest = 4_000_000;

    private readonly (Signal Signal, long First, long Last)[] _steps;

    /// <param name="steps">
    /// Those of other signals are left out. The steps that other signals depend on (<c>paymentStatus</c>, <c>renewalIncomplete</c>) are
    /// added.
    /// </param>
    public DaySteps(IEnumerable<DayStep> steps) => _steps =
    [
        .. steps.Where(step => CountsDays(step.Signal)).Concat([.. OpenClaim.Steps, ProfileSignals.RenewalDue])
            .Select(step => (step.Signal, First: Within(step.First), Last: Within(step.Last))).Distinct(),
    ];

    /// <summary>Nothing is judged by a count of days itself.</summary>
    public static DaySteps None { get; } = new([]);

    /// <summary>Whether time alone moves the signal, a day every day.</summary>
    public static bool CountsDays(Signal signal) =>
        signal is Signal.DaysSinceLastActivity or Signal.DaysOverdue or Signal.DaysToRenewal or Signal.CancellationScheduled
            or Signal.AccountAgeDays;

    /// <summary>The next step upwards; null where none is left.</summary>
    internal long? Above(Signal signal, long days)
    {
        long? next = null;
        foreach (var step in _steps)
            if (step.Signal == signal && step.Last > days)
                next = Math.Min(next ?? long.MaxValue, Math.Max(step.First, days + 1));
        return next;
    }

    /// <summary>The next step downwards; null where none is left.</summary>
    internal long? Below(Signal signal, long days)
    {
        long? next = null;
        foreach (var step in _steps)
            if (step.Signal == signal && step.First <= days)
                next = Math.Max(next ?? long.MinValue, Math.Min(step.Last, days));
        return next;
    }

    private static long Within(double days) => (long)Math.Clamp(days, -Farthest, Farthest);
}
