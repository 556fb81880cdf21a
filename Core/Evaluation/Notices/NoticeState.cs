namespace HealthApi.Core.Evaluation.Notices;

/// <summary>
/// What notices have told of an account, or what was so already when the account was first looked at, which is no news.
/// </summary>
public sealed record NoticeState
{
    /// <summary>The churn that was told, or was no news; null while the account has not churned.</summary>
    public DateTimeOffset? ChurnedAt { get; init; }

    /// <summary>Whether subscriptions were looked at; not by earlier versions, to which an old end of the last one was no churn.</summary>
    public bool Subscriptions { get; init; }

    /// <summary>The renewal that <see cref="RenewalDays"/> is about.</summary>
    public DateTimeOffset? RenewalDate { get; init; }

    /// <summary>
    /// The last of <see cref="RenewalNotices.Milestones"/> that was told, in days before the renewal; 0 before the first.
    /// </summary>
    public int RenewalDays { get; init; }
}
