namespace HealthApi.Infrastructure.Events;

/// <summary>The result of inserting an event into the event log.</summary>
public enum EventFate : byte
{
    /// <summary>The event was added to the log.</summary>
    New,

    /// <summary>The log already had the same event.</summary>
    Duplicate,

    /// <summary>The log has another content under the same source and id. That one stays; this event is listed as a conflict.</summary>
    Conflict,

    /// <summary>The event was dropped, because its account was erased after the event was accepted.</summary>
    Dropped,
}
