using HealthApi.Core.Evaluation;
using HealthApi.Core.Input;
using HealthApi.Core.Scoring;

namespace HealthApi.Api.Policies;

/// <summary>What a caller asks for when putting a model in force.</summary>
internal sealed record ModelActivation
{
    /// <summary>The newest without it.</summary>
    public int? Version { get; init; }

    /// <summary>Segments, <c>*</c> standing for all without a model of their own; only that without it.</summary>
    public IReadOnlyList<string?>? Segments { get; init; }

    /// <summary>Whether crossings that the change itself causes are sent; they are by default.</summary>
    public bool? Announce { get; init; }

    public IReadOnlyList<string> SegmentsOrAll => Segments is null ? [ModelRegistry.Fallback] : [.. Segments.OfType<string>()];

    public IReadOnlyList<FieldError> Check(HealthModel newest, EvaluationPolicy policy) =>
        [.. CheckVersion(newest, policy.Models), .. CheckSegments(policy)];

    private IEnumerable<FieldError> CheckVersion(HealthModel newest, ModelRegistry models)
    {
        if (Version is { } version && models.Get(newest.Id, version) is null)
            yield return new FieldError("/version", ErrorCodes.Unknown, $"There is no such version; the newest is {newest.Version}.");
    }

    private IEnumerable<FieldError> CheckSegments(EvaluationPolicy policy)
    {
        if (Segments is not { } segments) yield break;
        if (segments.Count == 0)
            yield return new FieldError(
                "/segments", ErrorCodes.Required, "Name at least one segment, or * for all without a model of their own.");
        string[] known = [ModelRegistry.Fallback, .. policy.Segments.Segments.Select(segment => segment.Id)];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < segments.Count; index++)
        {
            var segment = segments[index] ?? "";
            if (!known.Contains(segment))
                yield return new FieldError(
                    $"/segments/{index}", ErrorCodes.Unknown,
                    $"There is no such segment; the nearest is '{NearestName.Of(segment, known)}'.");
            else if (!seen.Add(segment))
                yield return new FieldError($"/segments/{index}", ErrorCodes.Duplicate, "The segment is given twice.");
        }
    }
}
