namespace HealthApi.Core.Webhooks;

/// <summary>
/// The properties of a message that a filter compares. A property that the message does not have (a notice has no direction) is null.
/// <see cref="Segment"/> and <see cref="Arr"/> are also null if they are not known. <see cref="Arr"/> is in the account's currency.
/// </summary>
public sealed record WebhookFacts(
    string Type, string? AccountId, string? Segment, string? Direction, string? Metric, decimal? Arr, IReadOnlyList<string> Tags)
{
    /// <summary>The thresholds that were passed, such as <c>lifecycle:stable</c>; null if the message is not about thresholds.</summary>
    public IReadOnlyList<string>? Thresholds { get; init; }

    /// <summary>The facts of a message that is not about an account.</summary>
    public static WebhookFacts OfType(string type) => new(type, null, null, null, null, null, []);
}
