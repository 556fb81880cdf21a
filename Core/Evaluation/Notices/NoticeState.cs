using HealthApi.Core.Signals;

namespace HealthApi.Core.Evaluation.Notices;

/// <summary>
/// The facts about an account for which notices were sent, or which were already true when the account was first evaluated and are
/// therefore not reported.
/// </summary>
public sealed record NoticeState
{
    /// <summary>The instant of the churn that was handled (with or without a notice); null while the account has not churned.</summary>
    public DateTimeOffset? ChurnedAt { get; init; }

    /// <summary>
    /// Whether the churn also considers subscriptions. False if an earlier version wrote the state: it did not treat the end of the last
    /// subscription as a churn.
    /// </summary>
    public bool Subscriptions { get; init; }

    /// <summary>The renewal date to which <see cref="RenewalDays"/> belongs.</summary>
    public DateTimeOffset? RenewalDate { get; init; }

    /// <summary>
    /// The last of <see cref="RenewalNotices.Milestones"/> that was handled, in days before the renewal; 0 before the first.
    /// </summary>
    public int RenewalDays { get; init; }

    /// <summary>The families whose silence was handled; null if an earlier version of the service wrote the state.</summary>
    public SilentFamilies? Silent { get; init; }
}
