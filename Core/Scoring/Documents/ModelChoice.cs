using HealthApi.Core.Input;

namespace HealthApi.Core.Scoring.Documents;

/// <summary>
/// A reference to a model instead of a whole document: <c>{ "id", "version" }</c>, in the form in which answers name their model.
/// </summary>
public sealed record ModelChoice(string Id, int Version)
{
    /// <summary>Reads a reference. Null, without an error, if the object is something else, such as a whole document.</summary>
    public static ModelChoice? TryRead(ReadOnlySpan<byte> utf8) => DocumentReader.Read(utf8, "", ReadChoice).Value;

    private static ModelChoice? ReadChoice(ref DocumentReader document)
    {
        if (!document.BeginObject()) return null;
        string? id = null;
        int? version = null;
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "id": id = document.Id(); break;
                case "version": version = document.Integer(1, int.MaxValue); break;
                default: document.UnknownMember("id", "version"); break;
            }
        }

        document.Require("id", "version");
        return document.ErrorCount > 0 ? null : new ModelChoice(id!, version!.Value);
    }
}
