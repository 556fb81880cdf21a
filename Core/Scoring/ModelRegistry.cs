
namespace HealthApi.Core.Scoring;

/// <summary>
/// A model in force for a segment. If <see cref="Announce"/> is false, the crossings that the change of the model causes are stored, but no
/// messages are sent.
/// </summary>
public sealed record ModelAssignment(HealthModel Model, bool Announce);

/// <summary>All models, and the model in force for each segment. Immutable, so it can be shared without a lock.</summary>
public sealed class ModelRegistry(IReadOnlyList<HealthModel> models, IReadOnlyDictionary<string, ModelAssignment> assignments)
{
    /// <summary>The key of the assignment for all segments without an assignment of their own.</summary>
    public const string Fallback = "*";

    private static readonly ModelAssignment BuiltIn = new(BuiltInModels.Default, true);

    /// <summary>The built-in models; the default one is in force for all segments.</summary>
    public ModelRegistry()
        : this(BuiltInModels.All, new Dictionary<string, ModelAssignment>())
    {
    }

    /// <summary>Every model, in every version.</summary>
    public IReadOnlyList<HealthModel> All { get; } = models;

    /// <summary>The assignments by segment, including <see cref="Fallback"/>.</summary>
    public IReadOnlyDictionary<string, ModelAssignment> Assignments { get; } = assignments.ContainsKey(Fallback)
        ? assignments
        : new Dictionary<string, ModelAssignment>(assignments, StringComparer.Ordinal) { [Fallback] = BuiltIn };

    /// <summary>The model of the fallback.</summary>
    public HealthModel Active => Assignments[Fallback].Model;

    /// <summary>The models that are in force for any segment, without duplicates.</summary>
    public IEnumerable<HealthModel> InForce =>
        Assignments.Values.Select(assignment => assignment.Model).DistinctBy(model => (model.Id, model.Version));

    /// <summary>
    /// Segments that lost their own assignment since the fallback came into force, each with whether messages are sent for the crossings
    /// that this causes.
    /// </summary>
    private IReadOnlyDictionary<string, bool> Released { get; init; } = new Dictionary<string, bool>();

    /// <summary>The assignment in force for a segment: its own, else the fallback.</summary>
    public ModelAssignment For(string segment) => Assignments.GetValueOrDefault(segment)
        ?? (Released.TryGetValue(segment, out var announce) ? Assignments[Fallback] with { Announce = announce } : Assignments[Fallback]);

    /// <summary>The model with this id, in its newest version if none is given; null if there is none.</summary>
    public HealthModel? Get(string id, int? version = null)
        => All.Where(model => model.Id == id && (version is null || model.Version == version)).MaxBy(model => model.Version);

    /// <summary>The model with this key, such as <c>lifecycle:1</c>; null if there is none.</summary>
    public HealthModel? Find(string key) => All.FirstOrDefault(model => model.Key == key);

    /// <summary>The segments whose own assignment is a model with this id, in any version.</summary>
    public IReadOnlyList<string> SegmentsOf(string modelId) =>
        [.. Assignments.Where(pair => pair.Key != Fallback && pair.Value.Model.Id == modelId).Select(pair => pair.Key)
            .Order(StringComparer.Ordinal)];

    /// <summary>A copy with one more assignment.</summary>
    public ModelRegistry Assign(string segment, ModelAssignment assignment) =>
        new(All, new Dictionary<string, ModelAssignment>(Assignments, StringComparer.Ordinal) { [segment] = assignment })
        {
            Released = segment == Fallback ? new Dictionary<string, bool>() : Released,
        };

    /// <summary>A copy in which the segment has no assignment of its own and uses the fallback.</summary>
    /// <param name="announce">Whether messages are sent for the crossings that this causes.</param>
    public ModelRegistry Release(string segment, bool announce) =>
        new(All, Assignments.Where(pair => pair.Key != segment).ToDictionary(StringComparer.Ordinal))
        {
            Released = new Dictionary<string, bool>(Released, StringComparer.Ordinal) { [segment] = announce },
        };
}
