using HealthApi.Api.Problems;
using HealthApi.Core.Input;
using Microsoft.AspNetCore.Http.Features;

namespace HealthApi.Api.Http;

/// <summary>
/// Reads ids from the path, decoded exactly once from the raw request target. The framework does not decode <c>%2F</c>, so it cannot
/// distinguish an id with a slash from one with the text <c>%2F</c>.
/// </summary>
internal static class PathIds
{
    private const int IdSegment = 3;

    /// <summary>The account id of <c>/v1/accounts/{id}…</c>; 422 if it breaks the rule for identifiers.</summary>
    public static Outcome<string> Account(HttpContext context) => Segment(context, IdSegment);

    /// <summary>The id of <c>/v1/thresholds/{id}</c>; 422 if it breaks the rule for identifiers.</summary>
    public static Outcome<string> Threshold(HttpContext context) => Segment(context, IdSegment);

    /// <summary>The segment of the path with this number, counted from 1, as an id; 422 if it breaks the rule for identifiers.</summary>
    public static Outcome<string> Segment(HttpContext context, int number)
    {
        var path = Segments(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        if (number >= path.Count || PercentEncoding.Decode(path[number]) is not { } id)
            return Problem.Invalid("/id", ErrorCodes.InvalidFormat, "The id in the path is not percent-encoded UTF-8.");
        return Identifiers.Check("/id", id) is { } error ? Problem.Invalid(error) : id;
    }

    /// <summary>The segments as routing sees them: without the host that a target may contain, and with dot segments resolved.</summary>
    private static List<string> Segments(string target)
    {
        var path = target.Split('?', 2)[0];
        if (!path.StartsWith('/')) path = path[Math.Max(0, path.IndexOf('/', path.IndexOf("://", StringComparison.Ordinal) + 3))..];
        var segments = new List<string>();
        foreach (var segment in path.Split('/'))
        {
            var plain = segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase);
            if (plain == ".." && segments.Count > 1) segments.RemoveAt(segments.Count - 1);
            else if (plain is not ("." or "..")) segments.Add(segment);
        }

        return segments;
    }
}
