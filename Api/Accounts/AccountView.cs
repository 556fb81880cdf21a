using System.Text.Json.Nodes;
using HealthApi.Core.Accounts;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Accounts;

namespace HealthApi.Api.Accounts;

/// <summary>A score, rounded to one decimal and null without data, and its category.</summary>
internal sealed record HealthSummary(double? Score, string Category)
{
    public static HealthSummary Of(double? score, string category) => new(Rounding.ForDisplay(score), category);
}

/// <summary>A churn risk, rounded to one decimal, and its level.</summary>
internal sealed record RiskSummary(double Score, string Level)
{
    public static RiskSummary Of(double score, string level) => new(Rounding.ForDisplay(score), level);
}

/// <summary>
/// An account as answers show it: the profile with the changes that billing events made to it, and the last stored score and churn risk.
/// </summary>
internal sealed record AccountView
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public decimal? Arr { get; init; }

    public decimal? Mrr { get; init; }

    public required string Currency { get; init; }

    public string? Plan { get; init; }

    public int? Licences { get; init; }

    public int? FeaturesAvailable { get; init; }

    public required IReadOnlyList<string> CoreFeatures { get; init; }

    public decimal? ExpectedMonthlyVolume { get; init; }

    public decimal? ContractedUsage { get; init; }

    public DateTimeOffset? CustomerSince { get; init; }

    public DateTimeOffset? RenewalDate { get; init; }

    public RenewalStatus RenewalStatus { get; init; }

    public string? Owner { get; init; }

    public string? ParentId { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required IReadOnlyDictionary<string, string> ExternalIds { get; init; }

    public JsonNode? Attributes { get; init; }

    public required string Segment { get; init; }

    public bool SegmentPinned { get; init; }

    public required string Phase { get; init; }

    public bool PhasePinned { get; init; }

    public DateTimeOffset? ChurnedAt { get; init; }

    public HealthSummary Health { get; init; } = new(null, HealthModel.UnknownCategory);

    public RiskSummary ChurnRisk { get; init; } = new(0, "low");

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public static AccountView Of(AccountState state) => Of(state.Stored with { Account = state.Effective }) with
    {
        Health = HealthSummary.Of(state.Memory.Score, state.Memory.Category),
        ChurnRisk = RiskSummary.Of(state.Memory.RiskScore, state.Memory.RiskLevel),
    };

    public static AccountView Of(ListedAccount listed) => Of(listed.Stored) with
    {
        Health = HealthSummary.Of(listed.Score, listed.Category),
        ChurnRisk = RiskSummary.Of(listed.RiskScore, listed.RiskLevel),
    };

    public static AccountView Of(StoredAccount stored)
    {
        var account = stored.Account;
        return new AccountView
        {
            Id = account.Id,
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
            Attributes = account.Attributes is { } text ? JsonNode.Parse(text) : null,
            Segment = stored.Segment,
            SegmentPinned = account.PinnedSegment is not null,
            Phase = stored.Phase,
            PhasePinned = account.PinnedPhase is not null,
            ChurnedAt = account.ChurnedAt,
            CreatedAt = stored.CreatedAt,
            UpdatedAt = stored.UpdatedAt,
        };
    }
}
