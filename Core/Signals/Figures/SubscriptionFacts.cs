namespace HealthApi.Core.Signals.Figures;

/// <summary>The facts that a subscription event can state. The last two follow from the event's type.</summary>
[Flags]
internal enum SubscriptionFacts : ushort
{
    None = 0,
    Mrr = 1,
    Licences = 1 << 1,
    Plan = 1 << 2,
    Currency = 1 << 3,
    Term = 1 << 4,
    AutoRenew = 1 << 5,
    PeriodEnd = 1 << 6,
    RenewalDate = 1 << 7,
    Paused = 1 << 8,

    /// <summary>Whether and when the subscription ends.</summary>
    Ending = 1 << 9,

    /// <summary>The subscription runs.</summary>
    Running = 1 << 10,

    /// <summary>The term was renewed, and the date of the next renewal is not stated.</summary>
    RenewedUndated = 1 << 11,
}
