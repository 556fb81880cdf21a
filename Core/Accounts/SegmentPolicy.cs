using System.Collections.Immutable;
using HealthApi.Core.Input;

namespace HealthApi.Core.Accounts;

/// <summary>
/// A segment and its engagement policy (domain.md §1). An account belongs to the first segment whose <see cref="MinimumArr"/> its ARR
/// reaches; a segment without one is only ever pinned.
/// </summary>
public sealed record Segment(string Id, decimal? MinimumArr, string Touch, string Csm, int? BusinessReviewDays, int FirstResponseHours);

/// <summary>
/// How accounts fall into segments (ordered from the largest minimum down, which ends at 0) and phases. <see cref="SegmentPolicyReader"/>
/// guarantees a policy that keeps these rules.
/// </summary>
public sealed record SegmentPolicy(ImmutableArray<Segment> Segments, PhasePolicy Phases)
{
    private const decimal MonthsPerYear = 12;

    public int Version { get; init; } = 1;

    /// <summary>The policy shipped with the product.</summary>
    public static SegmentPolicy Default { get; } = SegmentPolicyReader.Read(EmbeddedDocuments.In("Accounts.Policies").Single()).Required();

    /// <summary>
    /// The pinned segment (where the policy still has it), or the one its ARR (else twelve times its MRR) reaches; without either the
    /// lowest.
    /// </summary>
    public string Of(Account account)
    {
        if (account.PinnedSegment is { } pinned && Knows(pinned)) return pinned;
        var arr = account.Arr ?? (account.Mrr * MonthsPerYear) ?? 0;
        foreach (var segment in Segments)
            if (segment.MinimumArr <= arr)
                return segment.Id;
        return Segments.Last(segment => segment.MinimumArr is not null).Id;
    }

    public bool Knows(string id)
    {
        foreach (var segment in Segments)
            if (segment.Id == id)
                return true;
        return false;
    }
}
