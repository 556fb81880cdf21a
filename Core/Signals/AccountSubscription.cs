using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals;

/// <summary>The status of a subscription.</summary>
public enum SubscriptionStatus : byte
{
    /// <summary>It is in force, possibly with an end in the future.</summary>
    Running,

    /// <summary>It is suspended: it has not ended, and counts neither in the MRR nor in the licences.</summary>
    Paused,

    /// <summary>Its end has passed.</summary>
    Ended,
}

/// <summary>A subscription at an instant, as billing events state it. A fact that no event states is null.</summary>
/// <param name="SubscriptionId">The id; null for the subscription without one.</param>
/// <param name="Currency">ISO 4217; null means the account's currency.</param>
/// <param name="TermMonths">The length of the term in months; 1 for a monthly plan.</param>
/// <param name="RenewalDate">The end of the term, if the renewal needs a decision; null if the subscription renews automatically.</param>
/// <param name="EndsAt">The instant at which it ends or ended; null if no end is set.</param>
/// <param name="Mrr">Monthly recurring revenue in <paramref name="Currency"/>.</param>
/// <param name="Licences">Paid seats.</param>
/// <param name="AutoRenew">Whether it renews automatically; true if no event states it.</param>
/// <param name="CancelAtPeriodEnd">Whether it was cancelled at the end of its period and the cancellation was not withdrawn.</param>
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
