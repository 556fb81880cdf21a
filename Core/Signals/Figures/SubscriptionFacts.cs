namespace HealthApi.Core.Signals.Figures;

/// <summary>What a subscription event can say, each fact told apart from the others. The last two are said by the event's type.</summary>
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

    /// <summary>That the subscription runs.</summary>
    Running = 1 << 10,

    /// <summary>That the term was renewed, without the date of the next.</summary>
    RenewedUndated = 1 << 11,
}
