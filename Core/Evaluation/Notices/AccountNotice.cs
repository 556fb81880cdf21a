using HealthApi.Core.Events;

namespace HealthApi.Core.Evaluation.Notices;

/// <summary>
/// A message about an account in addition to crossings. <see cref="Key"/> is derived from the content, so the same decision gives the same
/// notice. <see cref="Type"/> is the webhook event type.
/// </summary>
public sealed record AccountNotice(string Type, string Key, DateTimeOffset At)
{
    public const string RenewalUpcoming = "renewal.upcoming";
    public const string AccountChurned = "account.churned";
    public const string SignalStale = "signal.stale";

    /// <summary>The family of events that has fallen silent or speaks again; null for other notices.</summary>
    public EventFamily? Source { get; init; }
}
