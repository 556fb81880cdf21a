namespace HealthApi.Core.Scoring;

/// <summary>The models that can be scored with, and the one used where no other is named. Immutable, so it is shared without a lock.</summary>
public sealed class ModelRegistry(IReadOnlyList<HealthModel> models, HealthModel active)
{
    /// <summary>The built-in models, the default one active.</summary>
    public ModelRegistry()
        : this(BuiltInModels.All, BuiltInModels.Default)
    {
    }

    /// <summary>Every model, in every version.</summary>
    public IReadOnlyList<HealthModel> All { get; } = models;

    /// <summary>The model used where none is named.</summary>
    public HealthModel Active { get; } = active;

    /// <summary>The model of that id, in its newest version unless one is given; null where there is none.</summary>
    public HealthModel? Get(string id, int? version = null)
        => All.Where(model => model.Id == id && (version is null || model.Version == version)).MaxBy(model => model.Version);
}
