namespace HealthApi.Core.Events;

/// <summary>An event of the log, and when the service came to know of it.</summary>
public sealed record LoggedEvent(HealthEvent Event, DateTimeOffset ReceivedAt)
{
    /// <summary>
    /// Whether it counts at an instant as things are known now: it had happened, or was told already (senders' clocks run up to five
    /// minutes ahead).
    /// </summary>
    public bool CountsAt(DateTimeOffset at) => Event.OccurredAt <= at || ReceivedAt <= at;

    /// <summary>Whether it had happened by the instant and was told only after it.</summary>
    public bool IsLateFor(DateTimeOffset at) => Event.OccurredAt <= at && ReceivedAt > at;
}
