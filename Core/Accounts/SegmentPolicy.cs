using System.Text.Json;

namespace HealthApi.Core.Accounts;

/// <summary>
/// A segment and its engagement policy (domain.md §1). An account belongs to the first segment whose <see cref="MinimumArr"/> its ARR
/// reaches; a segment without one is only ever pinned.
/// </summary>
public sealed record Segment(string Id, decimal? MinimumArr, string Touch, string Csm, int? BusinessReviewDays, int FirstResponseHours);

/// <summary>How accounts fall into segments; ordered from the largest minimum down.</summary>
public sealed record SegmentPolicy(IReadOnlyList<Segment> Segments)
{
    private const decimal MonthsPerYear = 12;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>The policy shipped with the product.</summary>
    public static SegmentPolicy Default { get; } = Load();

    /// <summary>The pinned segment, or the one its ARR (else twelve times its MRR) reaches; without either the lowest.</summary>
    public string Of(Account account)
    {
        if (account.PinnedSegment is { } pinned) return pinned;
        var arr = account.Arr ?? (account.Mrr * MonthsPerYear) ?? 0;
        return Segments.First(segment => segment.MinimumArr <= arr).Id;
    }

    public bool Knows(string id) => Segments.Any(segment => segment.Id == id);

    private static SegmentPolicy Load()
    {
        using var stream = typeof(SegmentPolicy).Assembly.GetManifestResourceStream("HealthApi.Core.Accounts.Policies.segments.json")!;
        return JsonSerializer.Deserialize<SegmentPolicy>(stream, Options)!;
    }
}
