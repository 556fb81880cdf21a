namespace HealthApi.Core.Webhooks;

/// <summary>
/// What a filter can look at. A dimension that the message has not (a touchpoint has no direction) is null; so are
/// <see cref="Segment"/> and <see cref="Arr"/> where the account's are not known. <see cref="Arr"/> is in the account's currency.
/// </summary>
public sealed record WebhookFacts(
    string Type, string? AccountId, string? Segment, string? Direction, string? Metric, decimal? Arr, IReadOnlyList<string> Tags)
{
    /// <summary>The thresholds that were passed, <c>lifecycle:stable</c> say; null where the message is about none.</summary>
    public IReadOnlyList<string>? Thresholds { get; init; }

    /// <summary>The facts of a message that is about no account.</summary>
    public static WebhookFacts OfType(string type) => new(type, null, null, null, null, null, []);
}
