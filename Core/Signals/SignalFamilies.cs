using HealthApi.Core.Events;

namespace HealthApi.Core.Signals;

/// <summary>The family of events from which a signal is derived.</summary>
public static class SignalFamilies
{
    /// <summary>The family; null for a signal that depends on the profile.</summary>
    public static EventFamily? Family(this Signal signal) => signal switch
    {
        <= Signal.UsageShiftGrade or Signal.DaysToFirstValue => EventFamily.Usage,
        <= Signal.SupportSentiment => EventFamily.Ticket,
        <= Signal.CsatDecliningMonths => EventFamily.Csat,
        Signal.CesAverage90 => EventFamily.Ces,
        <= Signal.NpsResponses180 => EventFamily.Nps,
        <= Signal.CancellationScheduled => EventFamily.Billing,
        <= Signal.ReportedOutcome => EventFamily.Relationship,
        _ => null,
    };
}
