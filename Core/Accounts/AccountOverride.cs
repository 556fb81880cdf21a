using System.Text.Json.Serialization;

namespace HealthApi.Core.Accounts;

/// <summary>
/// A health score or category that the owner states for a limited time; it replaces the one that the data gives. Exactly one of
/// <see cref="Score"/> (0–100) and <see cref="Category"/> (one of the model's) is given. It always expires.
/// </summary>
public sealed record AccountOverride
{
    public required string Id { get; init; }

    public double? Score { get; init; }

    public string? Category { get; init; }

    public required string Reason { get; init; }

    /// <summary>Name of the API key that set it.</summary>
    public required string SetBy { get; init; }

    public required DateTimeOffset SetAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was withdrawn or replaced before it expired; null if neither happened.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Name of the API key that ended it early.</summary>
    public string? EndedBy { get; init; }

    /// <summary>Whether it is in force: from <see cref="SetAt"/> (included) until it expires or ends (excluded).</summary>
    public bool HoldsAt(DateTimeOffset at) => SetAt <= at && at < Until;

    /// <summary>The instant at which it ended or will end.</summary>
    [JsonIgnore]
    public DateTimeOffset Until => EndedAt is { } ended && ended < ExpiresAt ? ended : ExpiresAt;
}
