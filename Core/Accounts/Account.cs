using System.Text.Json.Serialization;

namespace HealthApi.Core.Accounts;

public enum RenewalStatus : byte { None, Open, Negotiating, Signed, Lost }

/// <summary>
/// A customer company as its owner describes it. The caller chooses <see cref="Id"/>: 1–128 characters, case-sensitive. Money is in
/// <see cref="Currency"/>. Fields that the caller has not given are null; missing is not zero.
/// </summary>
public sealed record Account
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Annual recurring revenue.</summary>
    public decimal? Arr { get; init; }

    /// <summary>Monthly recurring revenue.</summary>
    public decimal? Mrr { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public string Currency { get; init; } = "USD";

    public string? Plan { get; init; }

    /// <summary>Paid seats.</summary>
    public int? Licences { get; init; }

    /// <summary>The number of features that the account can use.</summary>
    public int? FeaturesAvailable { get; init; }

    /// <summary>The most important features, by the names that usage events give in <c>feature</c>.</summary>
    public IReadOnlyList<string> CoreFeatures { get; init; } = [];

    /// <summary>The quantity of usage that is normal for the account in 30 days.</summary>
    public decimal? ExpectedMonthlyVolume { get; init; }

    /// <summary>The quantity of usage in 30 days that the account pays for.</summary>
    public decimal? ContractedUsage { get; init; }

    public DateTimeOffset? CustomerSince { get; init; }

    public DateTimeOffset? RenewalDate { get; init; }

    public RenewalStatus RenewalStatus { get; init; }

    /// <summary>The customer success manager.</summary>
    public string? Owner { get; init; }

    public string? ParentId { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, string> ExternalIds { get; init; } = new Dictionary<string, string>();

    /// <summary>Free JSON object of at most 16 KiB, as text; null if none was given.</summary>
    public string? Attributes { get; init; }

    /// <summary>The pinned segment, or null: derived by the segment policy.</summary>
    public string? PinnedSegment { get; init; }

    /// <summary>The pinned phase, or null: derived from <see cref="CustomerSince"/>.</summary>
    public string? PinnedPhase { get; init; }

    public DateTimeOffset? ChurnedAt { get; init; }

    /// <summary>
    /// The instant at which mrr was last set through the accounts API. Null if it is not set, or if it was set by an earlier version of the
    /// service, which stored only <see cref="TermsSetAt"/>. A billing event that happened after this instant supersedes the value; an
    /// earlier one does not.
    /// </summary>
    public DateTimeOffset? MrrSetAt { get; init; }

    /// <summary>As <see cref="MrrSetAt"/>, for licences.</summary>
    public DateTimeOffset? LicencesSetAt { get; init; }

    /// <summary>As <see cref="MrrSetAt"/>, for renewalDate.</summary>
    public DateTimeOffset? RenewalDateSetAt { get; init; }

    /// <summary>
    /// The instant at which any of mrr, licences and renewalDate was last set. It applies to those of the three that have no instant of
    /// their own.
    /// </summary>
    public DateTimeOffset? TermsSetAt { get; init; }

    /// <summary>
    /// The instant at which arr was last set through the accounts API. Null if it is not set, or if it was set by an earlier version of the
    /// service, which did not store the instant.
    /// </summary>
    public DateTimeOffset? ArrSetAt { get; init; }

    /// <summary>
    /// True for a time before the account's first known profile. Renewal status and churn are unknown then, and signals derived from the
    /// renewal status are missing. The flag is never stored.
    /// </summary>
    [JsonIgnore]
    public bool IsBeforeKnown { get; private init; }

    /// <summary>
    /// This profile for a time before it was known. Renewal status and churn are cleared, because they describe the present; the other
    /// fields stay. The instants of setting are cleared too, so that the terms that billing events had stated by then take precedence.
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
