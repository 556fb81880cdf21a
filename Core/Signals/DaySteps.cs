using HealthApi.Core.Signals.Deriving;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals;

/// <summary>
/// Consecutive steps of a signal that counts whole days, both ends included. A step is named by the greater of its two counts: step 7 is
/// the change between 6 and 7 days.
/// </summary>
public readonly record struct DayStep(Signal Signal, double First, double Last)
{
    /// <summary>The steps at which a comparison with a bound changes.</summary>
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

    /// <summary>The steps at which a linear normaliser between two values (in either order) changes.</summary>
    public static DayStep Along(Signal signal, double from, double to) =>
        new(signal, Math.Floor(Math.Min(from, to)) + 1, Math.Ceiling(Math.Max(from, to)));
}

/// <summary>
/// The steps of day-counting signals that can change an account's standing. These signals change every day, but the account is evaluated
/// again only at these steps.
/// </summary>
public sealed class DaySteps
{
    /// <summary>A number of days that is longer than the calendar.</summary>
    private const double Farthest = 4_000_000;

    private readonly (Signal Signal, long First, long Last)[] _steps;

    /// <param name="steps">
    /// The steps; those of signals that do not count days are ignored. The steps on which other signals depend (<c>paymentStatus</c>,
    /// <c>renewalIncomplete</c>) are added.
    /// </param>
    public DaySteps(IEnumerable<DayStep> steps) => _steps =
    [
        .. steps.Where(step => CountsDays(step.Signal)).Concat([.. OpenClaim.Steps, ProfileSignals.RenewalDue])
            .Select(step => (step.Signal, First: Within(step.First), Last: Within(step.Last))).Distinct(),
    ];

    /// <summary>No steps except those on which other signals depend.</summary>
    public static DaySteps None { get; } = new([]);

    /// <summary>Whether the signal changes by one every day through time alone.</summary>
    public static bool CountsDays(Signal signal) =>
        signal is Signal.DaysSinceLastActivity or Signal.DaysOverdue or Signal.DaysToRenewal or Signal.CancellationScheduled
            or Signal.AccountAgeDays;

    /// <summary>The next step above a number of days; null if there is none.</summary>
    internal long? Above(Signal signal, long days)
    {
        long? next = null;
        foreach (var step in _steps)
        {
            if (step.Signal == signal && step.Last > days)
                next = Math.Min(next ?? long.MaxValue, Math.Max(step.First, days + 1));
        }

        return next;
    }

    /// <summary>The next step at or below a number of days; null if there is none.</summary>
    internal long? Below(Signal signal, long days)
    {
        long? next = null;
        foreach (var step in _steps)
        {
            if (step.Signal == signal && step.First <= days)
                next = Math.Max(next ?? long.MinValue, Math.Min(step.Last, days));
        }

        return next;
    }

    private static long Within(double days) => (long)Math.Clamp(days, -Farthest, Farthest);
}
