namespace HealthApi.Core.Signals.Figures;

/// <summary>The events of a subscription, in the order that events of one instant have.</summary>
internal enum SubscriptionEntryKind : byte
{
    Changed,
    Renewed,
    Cancelled,
}
