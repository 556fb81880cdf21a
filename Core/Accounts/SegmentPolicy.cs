using System.Collections.Immutable;
using HealthApi.Core.Input;

namespace HealthApi.Core.Accounts;

/// <summary>
/// A segment and its engagement policy (domain.md §1). An account belongs to the first segment whose <see cref="MinimumArr"/> its ARR
/// reaches; a segment without a minimum applies only to accounts that pin it. The engagement policy is information for the owner; no rule
/// reads it.
/// </summary>
/// <param name="MinimumArr">The lowest annual recurring revenue; currencies are not converted.</param>
/// <param name="Touch"><c>high</c>, <c>medium</c>, <c>low</c> or <c>tech</c>.</param>
/// <param name="Csm">How the customer success managers are assigned.</param>
/// <param name="BusinessReviewDays">Days between business reviews; null if there are none.</param>
/// <param name="FirstResponseHours">Hours within which a ticket is first answered.</param>
public sealed record Segment(string Id, decimal? MinimumArr, string Touch, string Csm, int? BusinessReviewDays, int FirstResponseHours);

/// <summary>
/// The rules that assign accounts to segments and phases. Segments are ordered by minimum ARR, largest first; the last minimum is 0.
/// <see cref="SegmentPolicyReader"/> guarantees this.
/// </summary>
public sealed record SegmentPolicy(ImmutableArray<Segment> Segments, PhasePolicy Phases)
{
    private const decimal MonthsPerYear = 12;

    public int Version { get; init; } = 1;

    /// <summary>The built-in policy.</summary>
    public static SegmentPolicy Default { get; } = SegmentPolicyReader.Read(EmbeddedDocuments.In("Accounts.Policies").Single()).Required();

    /// <summary>
    /// The segment of an account: the pinned one if the policy still has it, else the first whose minimum the ARR reaches. Without an ARR,
    /// twelve times the MRR counts. Without both, the account is in the lowest segment.
    /// </summary>
    public string Of(Account account)
    {
        if (account.PinnedSegment is { } pinned && Knows(pinned)) return pinned;
        var arr = account.Arr ?? (account.Mrr * MonthsPerYear) ?? 0;
        foreach (var segment in Segments)
        {
            if (segment.MinimumArr <= arr)
                return segment.Id;
        }

        return Segments.Last(segment => segment.MinimumArr is not null).Id;
    }

    /// <summary>The ids of the segments, in their order.</summary>
    public IReadOnlyList<string> Ids => [.. Segments.Select(segment => segment.Id)];

    /// <summary>The error of a segment that the policy does not have; null for a known segment, and for none.</summary>
    public FieldError? Check(string pointer, string? id) =>
        id is null || Knows(id) ? null : UnknownWord.Error(pointer, id, "a segment", Ids);

    public bool Knows(string id)
    {
        foreach (var segment in Segments)
        {
            if (segment.Id == id)
                return true;
        }

        return false;
    }
}
