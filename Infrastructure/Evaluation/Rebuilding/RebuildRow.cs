using HealthApi.Core.Evaluation;
using HealthApi.Core.History;

namespace HealthApi.Infrastructure.Evaluation.Rebuilding;

/// <summary>The stored columns of an account that is being rebuilt.</summary>
internal sealed record RebuildRow
{
    public string Profile { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public long Version { get; init; }

    public byte[]? Memory { get; init; }

    public string FormerMemory { get; init; } = "";

    public DateTimeOffset? EvaluatedAt { get; init; }

    public double? Score { get; init; }

    public string Category { get; init; } = "";

    public string? PreviousCategory { get; init; }

    public double RiskScore { get; init; }

    public string RiskLevel { get; init; } = "";

    public long Sequence { get; init; }

    /// <summary>
    /// The stored memory or, where it is damaged, a memory made from the other columns. The states of the thresholds then begin again
    /// at the stored score, so that no crossing is sent twice.
    /// </summary>
    public AccountMemory ToMemory(AccountPast past)
    {
        try
        {
            return AccountMemory.FromStored(Memory, FormerMemory);
        }
        catch (InvalidDataException)
        {
            return new AccountMemory
            {
                Score = Score,
                Category = Category,
                PreviousCategory = PreviousCategory,
                RiskScore = RiskScore,
                RiskLevel = RiskLevel,
                Sequence = Sequence,
                Override = EvaluatedAt is { } at ? past.OverrideAt(at) : null,
            };
        }
    }
}
