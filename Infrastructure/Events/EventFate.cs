namespace HealthApi.Infrastructure.Events;

/// <summary>What became of an event that was handed to the event log.</summary>
public enum EventFate : byte
{
    /// <summary>It was not known; it is in the log now.</summary>
    New,

    /// <summary>The same event is in the log already.</summary>
    Duplicate,

    /// <summary>Another content is in the log under the same source and id; the first stays, this one is listed.</summary>
    Conflict,

    /// <summary>Its account was erased after it was accepted; it is gone.</summary>
    Dropped,
}
