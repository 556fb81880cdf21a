using System.Text.Json.Serialization;

namespace HealthApi.Core.Webhooks;

/// <summary>
/// Restricts a subscription (applied by <see cref="WebhookMatcher"/>). A message must match every given member; an absent or empty member
/// matches all. Words are compared exactly. A message without a direction, metric or threshold matches every filter for it. A message that
/// is not about an account matches every filter for the account. An account whose segment or ARR is not known does not match a filter for
/// it.
/// </summary>
public sealed record WebhookFilter
{
    /// <summary>The account is in any of these segments.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Segments { get; init; }

    /// <summary>Any of <c>falling</c>, <c>rising</c>, <c>entered</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Directions { get; init; }

    /// <summary>Any of <c>health</c>, <c>churn_risk</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Metrics { get; init; }

    /// <summary>
    /// Passed any of these thresholds: the id of a configured threshold or of a category or level, such as <c>lifecycle:stable</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Thresholds { get; init; }

    /// <summary>The least annual recurring revenue, in the account's currency.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? MinArr { get; init; }

    /// <summary>Any of these account ids.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Accounts { get; init; }

    /// <summary>At least one of these tags.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Tags { get; init; }
}
