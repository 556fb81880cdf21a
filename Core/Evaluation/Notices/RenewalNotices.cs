using HealthApi.Core.Accounts;
using HealthApi.Core.Signals;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Evaluation.Notices;

/// <summary>
/// When notices of an upcoming renewal are sent: 90, 60 and 30 days before it (domain.md §7), counted in whole days as <c>daysToRenewal</c>
/// does. No notice is sent if the renewal is signed or lost, if a <c>billing.renewed</c> event covers it, or if the account has churned.
/// </summary>
public static class RenewalNotices
{
    /// <summary>Days before the renewal, in the order in which they are reached.</summary>
    public static IReadOnlyList<int> Milestones { get; } = [90, 60, 30];

    /// <summary>The last milestone that has been reached; 0 before the first and after the renewal.</summary>
    internal static int Reached(AccountStanding standing) =>
        standing.Account.RenewalDate is not null && standing.Signals[Signal.DaysToRenewal].Number is >= 0 and var days
            ? Milestones.LastOrDefault(milestone => days <= milestone)
            : 0;

    /// <summary>Whether the renewal needs no notice any more.</summary>
    internal static bool IsSettled(AccountStanding standing) =>
        standing.Account.RenewalStatus is RenewalStatus.Signed or RenewalStatus.Lost
        || standing.Phase == LifecyclePhases.Churned
        || (standing.Account.RenewalDate is { } renewal && standing.Terms.RenewedAt(renewal) is not null);

    /// <summary>The next instant at which a milestone is reached; null if none is left.</summary>
    internal static DateTimeOffset? NextAt(AccountStanding standing)
    {
        if (standing.Account.RenewalDate is not { } renewal) return null;
        var next = new NextEdge(Instants.Of(standing.AsOf), SignalUses.None);
        foreach (var milestone in Milestones) next.WholeDaysBefore(Instants.Of(renewal), milestone);
        return next.Earliest;
    }
}
