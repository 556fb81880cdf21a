using System.Text.Json.Serialization;

namespace HealthApi.Core.Accounts;

public enum RenewalStatus : byte { None, Open, Negotiating, Signed, Lost }

/// <summary>
/// A customer company as its owner describes it. <see cref="Id"/> is the caller's own: 1–128 characters, case-sensitive.
/// Money is in <see cref="Currency"/>. Fields the caller has not given are null; missing is not zero.
/// </summary>
public sealed record Account
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Annual recurring revenue.</summary>
    public decimal? Arr { get; init; }

    /// <summary>Monthly recurring revenue.</summary>
    public decimal? Mrr { get; init; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; init; } = "USD";

    public string? Plan { get; init; }

    /// <summary>Paid seats.</summary>
    public int? Licences { get; init; }

    public int? FeaturesAvailable { get; init; }

    public IReadOnlyList<string> CoreFeatures { get; init; } = [];

    public decimal? ExpectedMonthlyVolume { get; init; }

    public decimal? ContractedUsage { get; init; }

    public DateTimeOffset? CustomerSince { get; init; }

    public DateTimeOffset? RenewalDate { get; init; }

    public RenewalStatus RenewalStatus { get; init; }

    /// <summary>The customer success manager.</summary>
    public string? Owner { get; init; }

    public string? ParentId { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, string> ExternalIds { get; init; } = new Dictionary<string, string>();

    /// <summary>Free JSON object of at most 16 KiB, as text; null where none was given.</summary>
    public string? Attributes { get; init; }

    /// <summary>The pinned segment, or null: derived by the segment policy.</summary>
    public string? PinnedSegment { get; init; }

    /// <summary>The pinned phase, or null: derived from <see cref="CustomerSince"/>.</summary>
    public string? PinnedPhase { get; init; }

    public DateTimeOffset? ChurnedAt { get; init; }

    /// <summary>
    /// When mrr was last set through the accounts API; null where it is not set, or was by a version that noted <see cref="TermsSetAt"/>
    /// alone. A billing event that happened after this instant supersedes it, one that happened before does not.
    /// </summary>
    public DateTimeOffset? MrrSetAt { get; init; }

    /// <summary>The same for licences.</summary>
    public DateTimeOffset? LicencesSetAt { get; init; }

    /// <summary>The same for renewalDate.</summary>
    public DateTimeOffset? RenewalDateSetAt { get; init; }

    /// <summary>When any of mrr, licences and renewalDate was last set: what counts for those without a time of their own.</summary>
    public DateTimeOffset? TermsSetAt { get; init; }

    /// <summary>
    /// When arr was last set through the accounts API; null where it is not set, or was by a version that did not note it.
    /// </summary>
    public DateTimeOffset? ArrSetAt { get; init; }

    /// <summary>
    /// True for a time before the account's first known profile: renewal status and churn are not known then, and what is derived from the
    /// status is missing. It is never stored.
    /// </summary>
    [JsonIgnore]
    public bool IsBeforeKnown { get; private init; }

    /// <summary>
    /// This profile, told of a time before it was known: its lasting features hold, while renewal status and churn say how things stand
    /// now. Terms that billing events told by then supersede those stated later.
    /// </summary>
    public Account BeforeKnown() => this with
    {
        IsBeforeKnown = true,
        RenewalStatus = RenewalStatus.None,
        ChurnedAt = null,
        MrrSetAt = null,
        LicencesSetAt = null,
        RenewalDateSetAt = null,
        TermsSetAt = null,
        ArrSetAt = null,
    };
}
