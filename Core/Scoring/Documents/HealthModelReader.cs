using System.Collections.Immutable;
using HealthApi.Core.Input;

namespace HealthApi.Core.Scoring.Documents;

/// <summary>
/// Reads a health model document strictly and reports every error with its JSON pointer. Signals must be known, weights finite and above 0,
/// bands and categories reachable, normalisers of the signal's kind, and ids unique.
/// </summary>
public static class HealthModelReader
{
    private static readonly string[] Members = ["id", "version", "name", "description", "default", "missing", "components", "categories"];

    /// <summary>
    /// Reads one document in UTF-8. <paramref name="pointer"/> is prefixed to the pointers of the errors if the document is part of a
    /// larger one.
    /// </summary>
    public static Reading<HealthModel> Read(ReadOnlySpan<byte> utf8, string pointer = "")
        => DocumentReader.Read(utf8, pointer, ReadModel);

    /// <summary>Reads the document of the model with this id. The document may omit the id but must not state another.</summary>
    public static Reading<HealthModel> ReadAs(string id, ReadOnlySpan<byte> utf8)
        => DocumentReader.Read(utf8, "", (ref DocumentReader document) => ReadModel(ref document, id));

    private static HealthModel? ReadModel(ref DocumentReader document) => ReadModel(ref document, null);

    private static HealthModel? ReadModel(ref DocumentReader document, string? expectedId)
    {
        if (!document.BeginObject())
        {
            return null;
        }

        var model = new Draft();
        while (document.NextMember())
        {
            ReadMember(ref document, model);
        }

        document.Require("components", "categories");
        CheckId(ref document, model, expectedId);
        return document.ErrorCount > 0 ? null : new HealthModel
        {
            Id = model.Id!,
            Version = model.Version ?? 1,
            Name = model.Name ?? model.Id!,
            Description = model.Description ?? "",
            IsDefault = model.IsDefault ?? false,
            Missing = model.Missing ?? MissingPolicy.Renormalise,
            Components = model.Components,
            Categories = model.Categories,
        };
    }

    private static void CheckId(ref DocumentReader document, Draft model, string? expected)
    {
        if (expected is null)
        {
            document.Require("id");
            return;
        }

        if (!DocumentReader.IsId(expected))
        {
            document.Fail(
                ErrorCodes.InvalidFormat, "The id in the path is not valid: use letters, digits, underscores and hyphens, at most 64.",
                "/id");
        }
        else if (model.Id is { } given && given != expected)
        {
            document.Fail(ErrorCodes.NotAllowed, "The id in the body differs from the one in the path.", "/id");
        }

        model.Id = expected;
    }

    private static void ReadMember(ref DocumentReader document, Draft model)
    {
        switch (document.Member)
        {
            case "id": model.Id = document.Id(); break;
            case "version": model.Version = document.Integer(1, int.MaxValue); break;
            case "name": model.Name = document.Text(ModelLimits.LongestName); break;
            case "description": model.Description = document.Text(ModelLimits.LongestText); break;
            case "default": model.IsDefault = document.Flag(); break;
            case "missing": model.Missing = MissingPolicyReader.Read(ref document); break;
            case "components": model.Components = ComponentReader.ReadAll(ref document); break;
            case "categories": model.Categories = CategoryReader.ReadAll(ref document); break;
            default: document.UnknownMember(Members); break;
        }
    }

    private sealed class Draft
    {
        public string? Id { get; set; }

        public int? Version { get; set; }

        public string? Name { get; set; }

        public string? Description { get; set; }

        public bool? IsDefault { get; set; }

        public MissingPolicy? Missing { get; set; }

        public ImmutableArray<HealthComponent> Components { get; set; } = [];

        public ImmutableArray<HealthCategory> Categories { get; set; } = [];
    }
}
