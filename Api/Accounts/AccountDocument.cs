using System.Text.Json.Nodes;
using HealthApi.Core.Accounts;

namespace HealthApi.Api.Accounts;

/// <summary>
/// An account as a caller writes it. A member that is left out is unknown. <c>segment</c> and <c>phase</c> are derived; giving one pins it.
/// </summary>
internal sealed record AccountDocument
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public decimal? Arr { get; init; }

    public decimal? Mrr { get; init; }

    public string? Currency { get; init; }

    public string? Plan { get; init; }

    public int? Licences { get; init; }

    public int? FeaturesAvailable { get; init; }

    public IReadOnlyList<string>? CoreFeatures { get; init; }

    public decimal? ExpectedMonthlyVolume { get; init; }

    public decimal? ContractedUsage { get; init; }

    public DateTimeOffset? CustomerSince { get; init; }

    public DateTimeOffset? RenewalDate { get; init; }

    public RenewalStatus? RenewalStatus { get; init; }

    public string? Owner { get; init; }

    public string? ParentId { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyDictionary<string, string>? ExternalIds { get; init; }

    public JsonObject? Attributes { get; init; }

    public string? Segment { get; init; }

    public string? Phase { get; init; }

    public DateTimeOffset? ChurnedAt { get; init; }

    /// <summary>The document of a stored account, to which a merge patch is applied.</summary>
    public static AccountDocument Of(Account account) => new()
    {
        Name = account.Name,
        Arr = account.Arr,
        Mrr = account.Mrr,
        Currency = account.Currency,
        Plan = account.Plan,
        Licences = account.Licences,
        FeaturesAvailable = account.FeaturesAvailable,
        CoreFeatures = account.CoreFeatures,
        ExpectedMonthlyVolume = account.ExpectedMonthlyVolume,
        ContractedUsage = account.ContractedUsage,
        CustomerSince = account.CustomerSince,
        RenewalDate = account.RenewalDate,
        RenewalStatus = account.RenewalStatus,
        Owner = account.Owner,
        ParentId = account.ParentId,
        Tags = account.Tags,
        ExternalIds = account.ExternalIds,
        Attributes = account.Attributes is { } text ? JsonNode.Parse(text)!.AsObject() : null,
        Segment = account.PinnedSegment,
        Phase = account.PinnedPhase,
        ChurnedAt = account.ChurnedAt,
    };

    /// <summary>The account with this id. By default its name is the id and its currency USD.</summary>
    public Account ToAccount(string id) => new()
    {
        Id = id,
        Name = Name ?? id,
        Arr = Arr,
        Mrr = Mrr,
        Currency = Currency ?? "USD",
        Plan = Plan,
        Licences = Licences,
        FeaturesAvailable = FeaturesAvailable,
        CoreFeatures = CoreFeatures ?? [],
        ExpectedMonthlyVolume = ExpectedMonthlyVolume,
        ContractedUsage = ContractedUsage,
        CustomerSince = CustomerSince,
        RenewalDate = RenewalDate,
        RenewalStatus = RenewalStatus ?? Core.Accounts.RenewalStatus.None,
        Owner = Owner,
        ParentId = ParentId,
        Tags = Tags ?? [],
        ExternalIds = ExternalIds ?? new Dictionary<string, string>(),
        Attributes = Attributes?.ToJsonString(),
        PinnedSegment = Segment,
        PinnedPhase = Phase,
        ChurnedAt = ChurnedAt,
    };
}
