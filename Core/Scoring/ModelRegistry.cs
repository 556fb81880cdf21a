
namespace HealthApi.Core.Scoring;

/// <summary>
/// A model put in force for a segment; where not <see cref="Announce"/>, the crossings that the change itself causes are kept but not sent.
/// </summary>
public sealed record ModelAssignment(HealthModel Model, bool Announce);

/// <summary>The models that can be scored with, and those in force by segment. Immutable, so it is shared without a lock.</summary>
public sealed class ModelRegistry(IReadOnlyList<HealthModel> models, IReadOnlyDictionary<string, ModelAssignment> assignments)
{
    /// <summary>Stands for every segment without an assignment of its own.</summary>
    public const string Fallback = "*";

    private static readonly ModelAssignment BuiltIn = new(BuiltInModels.Default, true);

    /// <summary>The built-in models, the default one in force for all.</summary>
    public ModelRegistry()
        : this(BuiltInModels.All, new Dictionary<string, ModelAssignment>())
    {
    }

    /// <summary>Every model, in every version.</summary>
    public IReadOnlyList<HealthModel> All { get; } = models;

    /// <summary>The model in force by segment, <see cref="Fallback"/> among them.</summary>
    public IReadOnlyDictionary<string, ModelAssignment> Assignments { get; } = assignments.ContainsKey(Fallback)
        ? assignments
        : new Dictionary<string, ModelAssignment>(assignments, StringComparer.Ordinal) { [Fallback] = BuiltIn };

    /// <summary>The fallback: the model used where none is named.</summary>
    public HealthModel Active => Assignments[Fallback].Model;

    /// <summary>The models in force for some segment, each once.</summary>
    public IEnumerable<HealthModel> InForce =>
        Assignments.Values.Select(assignment => assignment.Model).DistinctBy(model => (model.Id, model.Version));

    /// <summary>
    /// Segments that lost a model of their own since the fallback came in force, and whether the crossings which that causes are sent.
    /// </summary>
    private IReadOnlyDictionary<string, bool> Released { get; init; } = new Dictionary<string, bool>();

    /// <summary>What is in force for a segment: its own assignment, else the fallback.</summary>
    public ModelAssignment For(string segment) => Assignments.GetValueOrDefault(segment)
        ?? (Released.TryGetValue(segment, out var announce) ? Assignments[Fallback] with { Announce = announce } : Assignments[Fallback]);

    /// <summary>The model of that id, in its newest version unless one is given; null where there is none.</summary>
    public HealthModel? Get(string id, int? version = null)
        => All.Where(model => model.Id == id && (version is null || model.Version == version)).MaxBy(model => model.Version);

    /// <summary>The model of that id and version, such as <c>lifecycle:1</c>; null where there is none.</summary>
    public HealthModel? Find(string key) => All.FirstOrDefault(model => model.Key == key);

    /// <summary>The segments with a model of that id of their own, in whatever version.</summary>
    public IReadOnlyList<string> SegmentsOf(string modelId) =>
        [.. Assignments.Where(pair => pair.Key != Fallback && pair.Value.Model.Id == modelId).Select(pair => pair.Key)
            .Order(StringComparer.Ordinal)];

    /// <summary>The same models, with one more assignment.</summary>
    public ModelRegistry Assign(string segment, ModelAssignment assignment) =>
        new(All, new Dictionary<string, ModelAssignment>(Assignments, StringComparer.Ordinal) { [segment] = assignment })
        {
            Released = segment == Fallback ? new Dictionary<string, bool>() : Released,
        };

    /// <summary>The same models, the segment without one of its own: it is judged by the fallback.</summary>
    /// <param name="announce">Whether the crossings which that causes are sent.</param>
    public ModelRegistry Release(string segment, bool announce) =>
        new(All, Assignments.Where(pair => pair.Key != segment).ToDictionary(StringComparer.Ordinal))
        {
            Released = new Dictionary<string, bool>(Released, StringComparer.Ordinal) { [segment] = announce },
        };
}
