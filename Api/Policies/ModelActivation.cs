using HealthApi.Core.Evaluation;
using HealthApi.Core.Input;
using HealthApi.Core.Scoring;

namespace HealthApi.Api.Policies;

/// <summary>The request to put a model in force.</summary>
internal sealed record ModelActivation
{
    /// <summary>The version; by default the newest.</summary>
    public int? Version { get; init; }

    /// <summary>The segments; <c>*</c> means all segments without a model of their own. By default only <c>*</c>.</summary>
    public IReadOnlyList<string?>? Segments { get; init; }

    /// <summary>Whether webhooks are sent for the crossings that the change itself causes; by default they are.</summary>
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
        {
            yield return new FieldError(
                "/segments", ErrorCodes.Required, "Name at least one segment, or * for all without a model of their own.");
        }

        string[] known = [ModelRegistry.Fallback, .. policy.Segments.Ids];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < segments.Count; index++)
        {
            var segment = segments[index] ?? "";
            if (!known.Contains(segment))
                yield return UnknownWord.Error($"/segments/{index}", segment, "a segment", known);
            else if (!seen.Add(segment))
                yield return new FieldError($"/segments/{index}", ErrorCodes.Duplicate, "The segment is given twice.");
        }
    }
}
