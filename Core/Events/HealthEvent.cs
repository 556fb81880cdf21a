namespace HealthApi.Core.Events;

/// <summary>
/// Something that happened to an account. <c>(Source, Id)</c> identifies it for ever; <see cref="OccurredAt"/> is UTC in whole
/// microseconds and says when it happened, not when it was sent.
/// </summary>
public sealed record HealthEvent(
    string Source, string Id, EventType Type, string AccountId, DateTimeOffset OccurredAt, EventData Data);
