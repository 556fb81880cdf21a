using HealthApi.Api.Problems;
using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.Primitives;

namespace HealthApi.Api.Http;

/// <summary>Entity tags: the resource's version in quotes.</summary>
internal static class ETags
{
    public static string Of(long version) => $"\"{version}\"";

    /// <summary>Reads If-Match and If-None-Match; a 400 for a malformed tag, and for forms that the service does not support.</summary>
    public static Outcome<Precondition?> Precondition(HttpRequest request)
    {
        if (IsEmpty(request.Headers.IfMatch)) return Empty("If-Match");
        if (IsEmpty(request.Headers.IfNoneMatch)) return Empty("If-None-Match");
        var match = request.Headers.IfMatch.ToString().Trim();
        var noneMatch = request.Headers.IfNoneMatch.ToString().Trim();
        if (noneMatch is not ("" or "*")) return new Problem(ProblemType.InvalidRequest, "If-None-Match must be * here.");
        if (match is "" or "*") return new Precondition?(new Precondition(null, match == "*", noneMatch == "*"));
        if (match.Length < 3 || match[0] != '"' || match[^1] != '"' || match.Contains(','))
            return new Problem(ProblemType.InvalidRequest, "If-Match must be one strong entity tag, such as \"3\".");
        // A tag that is not a version is well-formed, but matches nothing.
        return new Precondition?(new Precondition(long.TryParse(match[1..^1], out var version) ? version : -1, false, noneMatch == "*"));
    }

    /// <summary>
    /// Whether the header is present but empty. The sender meant to guard its change and lost the tag, so the change must not be made.
    /// </summary>
    private static bool IsEmpty(StringValues header) => header.Count > 0 && string.IsNullOrWhiteSpace(header.ToString());

    private static Problem Empty(string header) =>
        new(ProblemType.InvalidRequest, $"{header} is empty; give an entity tag, or leave the header out.");
}
