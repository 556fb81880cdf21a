using HealthApi.Core.Input;
using HealthApi.Core.Scoring.Documents;

namespace HealthApi.Core.Scoring;

/// <summary>The models that ship with the product, read from their embedded documents once.</summary>
public static class BuiltInModels
{
    private static readonly HealthModel[] Models =
        [.. EmbeddedDocuments.In("Scoring.Models").Select(document => HealthModelReader.Read(document).Required())];

    /// <summary>Every built-in model, by id.</summary>
    public static IReadOnlyList<HealthModel> All => Models;

    /// <summary>
    /// Models whose document has changed since an earlier version of the product, as they were: what a database that was judged by them
    /// goes on to call their version 1.
    /// </summary>
    public static IReadOnlyList<HealthModel> Former { get; } =
        [.. EmbeddedDocuments.In("Scoring.FormerModels").Select(document => HealthModelReader.Read(document).Required())];

    /// <summary>The model used where none has been assigned: the one whose document says <c>"default": true</c>.</summary>
    public static HealthModel Default { get; } = Models.Single(model => model.IsDefault);

    public static string DefaultId => Default.Id;

    /// <summary>The built-in model of that id, or null.</summary>
    public static HealthModel? Get(string id) => Array.Find(Models, model => model.Id == id);
}
