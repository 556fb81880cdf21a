using System.Text.Json.Serialization;

namespace HealthApi.Core.Webhooks;

/// <summary>
/// Narrows a subscription (<see cref="WebhookMatcher"/> applies it). Every member given must agree; an absent or empty member asks nothing.
/// Words compare letter for letter. Direction, metric and threshold ask nothing of a message that has none, and the members about the
/// account ask nothing of a message about no account; but an account whose segment or ARR is not known meets no demand for one.
/// </summary>
public sealed record WebhookFilter
{
    /// <summary>Any of these segments.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Segments { get; init; }

    /// <summary>Any of <c>falling</c>, <c>rising</c>, <c>entered</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Directions { get; init; }

    /// <summary>Any of <c>health</c>, <c>churn_risk</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Metrics { get; init; }

    /// <summary>
    /// Passed any of these thresholds: the id of one of your own, or that of a category or level, <c>lifecycle:stable</c> say.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Thresholds { get; init; }

    /// <summary>At least this annual recurring revenue, in the account's currency.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? MinArr { get; init; }

    /// <summary>Any of these account ids.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Accounts { get; init; }

    /// <summary>At least one of these tags.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Tags { get; init; }
}
