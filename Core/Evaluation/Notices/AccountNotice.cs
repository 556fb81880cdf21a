namespace HealthApi.Core.Evaluation.Notices;

/// <summary>
/// Something to be told of an account beside crossings. <see cref="Key"/> follows from what is told, so that deciding it again is the same
/// notice; <see cref="Type"/> is the webhook event type.
/// </summary>
public sealed record AccountNotice(string Type, string Key, DateTimeOffset At)
{
    public const string RenewalUpcoming = "renewal.upcoming";
    public const string AccountChurned = "account.churned";
}
