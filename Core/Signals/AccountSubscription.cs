using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals;

/// <summary>Whether a subscription counts.</summary>
public enum SubscriptionStatus : byte
{
    /// <summary>It is in force; its end may be set.</summary>
    Running,

    /// <summary>It is suspended: it has not ended, and counts neither in the MRR nor in the licences.</summary>
    Paused,

    /// <summary>Its end has passed.</summary>
    Ended,
}

/// <summary>A subscription at an instant, as billing events told it; what none told is null.</summary>
/// <param name="SubscriptionId">Null for the one without an id.</param>
/// <param name="Currency">ISO 4217; null for the account's own.</param>
/// <param name="TermMonths">Length of the term, 1 for a monthly plan.</param>
/// <param name="RenewalDate">The end of the term, where somebody has to decide about it; null where it goes on by itself.</param>
/// <param name="EndsAt">When it ends or ended; null where it goes on.</param>
public sealed record AccountSubscription(
    string? SubscriptionId, decimal? Mrr, string? Currency, int? Licences, string? Plan, int? TermMonths, bool AutoRenew,
    DateTimeOffset? CurrentPeriodEnd,
    DateTimeOffset? RenewalDate, bool CancelAtPeriodEnd, DateTimeOffset? EndsAt, SubscriptionStatus Status)
{
    internal static AccountSubscription Of(string? id, SubscriptionState state) => new(
        id,
        state.Mrr,
        state.Currency,
        state.Licences,
        state.Plan,
        state.TermMonths,
        state.AutoRenew ?? true,
        Instants.ToOptionalTime(state.PeriodEnd),
        Instants.ToOptionalTime(state.Renewal),
        state.CancelsAtPeriodEnd,
        Instants.ToOptionalTime(state.End),
        state.Status);
}
