namespace HealthApi.Core.Events;

/// <summary>An event of the event log and the instant at which it was received.</summary>
public sealed record LoggedEvent(HealthEvent Event, DateTimeOffset ReceivedAt)
{
    /// <summary>
    /// Whether the event counts at an instant, from all that is known now: it had happened, or it had already been received (senders'
    /// clocks may be up to five minutes ahead).
    /// </summary>
    public bool CountsAt(DateTimeOffset at) => Event.OccurredAt <= at || ReceivedAt <= at;

    /// <summary>Whether it had happened by the instant but was received only after it.</summary>
    public bool IsLateFor(DateTimeOffset at) => Event.OccurredAt <= at && ReceivedAt > at;
}
