using HealthApi.Core.Input;
using HealthApi.Core.Scoring;

namespace HealthApi.Api.Policies;

/// <summary>The request to take a model out of force.</summary>
internal sealed record ModelDeactivation
{
    /// <summary>Segments that have the model as their own; by default all of them.</summary>
    public IReadOnlyList<string?>? Segments { get; init; }

    /// <summary>Whether webhooks are sent for the crossings that the change itself causes; by default they are.</summary>
    public bool? Announce { get; init; }

    public IReadOnlyList<string> SegmentsOf(string modelId, ModelRegistry models) =>
        Segments is null ? models.SegmentsOf(modelId) : [.. Segments.OfType<string>()];

    public IReadOnlyList<FieldError> Check(string modelId, ModelRegistry models)
    {
        var own = models.SegmentsOf(modelId);
        if (Segments is null)
            return own.Count > 0 ? [] : [new FieldError("/segments", ErrorCodes.NotAllowed, "No segment has this model as its own.")];
        if (Segments.Count == 0)
        {
            return [
                new FieldError(
                    "/segments", ErrorCodes.Required,
                    "Name at least one segment, or leave this out for all that have the model as their own.")];
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. Segments.SelectMany((segment, index) => CheckOne(segment ?? "", $"/segments/{index}", own, seen))];
    }

    private static IEnumerable<FieldError> CheckOne(string segment, string pointer, IReadOnlyList<string> own, HashSet<string> seen)
    {
        if (segment == ModelRegistry.Fallback)
        {
            yield return new FieldError(
                pointer, ErrorCodes.NotAllowed,
                "A model must be in force for *: activate another model for it instead.");
        }
        else if (!own.Contains(segment))
        {
            yield return new FieldError(
                pointer, ErrorCodes.NotAllowed, own.Count == 0 ? "No segment has this model as its own."
                : $"The segment does not have this model as its own; these have: {string.Join(", ", own)}.");
        }
        else if (!seen.Add(segment))
        {
            yield return new FieldError(pointer, ErrorCodes.Duplicate, "The list contains this segment twice.");
        }
    }
}
