using HealthApi.Core.Scoring;

namespace HealthApi.Api.Policies;

/// <summary>A version of a model, and the segments that it scores (<c>*</c>: all segments without a model of their own).</summary>
internal sealed record ModelVersionSummary(int Version, IReadOnlyList<string> Segments);

/// <summary>
/// A model in a list, in its newest version. <see cref="Segments"/> are the segments for which any of its versions is in force.
/// </summary>
internal sealed record ModelSummary(
    string Id, int Version, string Name, string Description, bool Active, IReadOnlyList<string> Segments,
    IReadOnlyList<ModelVersionSummary> Versions)
{
    public static ModelSummary Of(HealthModel newest, ModelRegistry models)
    {
        IReadOnlyList<ModelVersionSummary> versions =
        [
            .. models.All.Where(model => model.Id == newest.Id).OrderBy(model => model.Version)
                .Select(model => new ModelVersionSummary(model.Version, SegmentsOf(model, models))),
        ];
        IReadOnlyList<string> segments = [.. versions.SelectMany(version => version.Segments).Order(StringComparer.Ordinal)];
        return new ModelSummary(newest.Id, newest.Version, newest.Name, newest.Description, segments.Count > 0, segments, versions);
    }

    private static IReadOnlyList<string> SegmentsOf(HealthModel model, ModelRegistry models) =>
    [
        .. models.Assignments.Where(pair => pair.Value.Model.Id == model.Id && pair.Value.Model.Version == model.Version)
            .Select(pair => pair.Key).Order(StringComparer.Ordinal),
    ];
}
