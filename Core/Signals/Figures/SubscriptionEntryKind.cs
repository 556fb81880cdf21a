namespace HealthApi.Core.Signals.Figures;

/// <summary>The kinds of subscription events, in the order that applies to events of the same instant.</summary>
internal enum SubscriptionEntryKind : byte
{
    Changed,
    Renewed,
    Cancelled,
}
