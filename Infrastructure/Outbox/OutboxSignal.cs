namespace HealthApi.Infrastructure.Outbox;

/// <summary>Wakes the dispatcher; set it after the commit that queued something.</summary>
public sealed class OutboxSignal(TimeProvider time) : WakeSignal(time);
