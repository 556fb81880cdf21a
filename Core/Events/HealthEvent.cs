namespace HealthApi.Core.Events;

/// <summary>
/// Something that happened to an account. <c>(Source, Id)</c> identifies it permanently. <see cref="OccurredAt"/> is when it happened, not
/// when it was sent; UTC in whole microseconds.
/// </summary>
public sealed record HealthEvent(
    string Source, string Id, EventType Type, string AccountId, DateTimeOffset OccurredAt, EventData Data);
