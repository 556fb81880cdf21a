using HealthApi.Core.Input;
using HealthApi.Core.Scoring.Documents;

namespace HealthApi.Core.Scoring;

/// <summary>The built-in models, read once from their embedded documents.</summary>
public static class BuiltInModels
{
    private static readonly HealthModel[] Models =
        [.. EmbeddedDocuments.In("Scoring.Models").Select(document => HealthModelReader.Read(document).Required())];

    /// <summary>Every built-in model, in order of the names of their documents.</summary>
    public static IReadOnlyList<HealthModel> All => Models;

    /// <summary>
    /// The former documents of built-in models that have changed since. A database that was created with them keeps them as version 1.
    /// </summary>
    public static IReadOnlyList<HealthModel> Former { get; } =
        [.. EmbeddedDocuments.In("Scoring.FormerModels").Select(document => HealthModelReader.Read(document).Required())];

    /// <summary>The model that is used if none is assigned: the one whose document has <c>"default": true</c>.</summary>
    public static HealthModel Default { get; } = Models.Single(model => model.IsDefault);

    public static string DefaultId => Default.Id;

    /// <summary>The built-in model with this id, or null.</summary>
    public static HealthModel? Get(string id) => Array.Find(Models, model => model.Id == id);
}
