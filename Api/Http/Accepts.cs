using Microsoft.Net.Http.Headers;

namespace HealthApi.Api.Http;

/// <summary>
/// Evaluates <c>Accept</c> (RFC 9110 §12.5.1): the most specific range that matches a media type gives its quality, and 0 refuses it.
/// Parameters other than the quality are ignored. Without the header, or with an empty one, every media type is accepted.
/// </summary>
internal static class Accepts
{
    private const string Anything = "*/*";

    /// <summary>The offered media type with the highest quality, the first of equals; null if none is accepted.</summary>
    public static string? Best(HttpRequest request, IReadOnlyList<string> offered)
    {
        var header = request.Headers.Accept;
        if (header.Count == 0 || (header.Count == 1 && header[0] is "" or Anything)) return offered[0];
        if (!MediaTypeHeaderValue.TryParseList(header, out var ranges)) ranges = [];
        if (ranges.Count == 0 && header.All(string.IsNullOrWhiteSpace)) return offered[0];
        var best = offered.MaxBy(mediaType => Quality(ranges, mediaType));
        return Quality(ranges, best!) > 0 ? best : null;
    }

    private static double Quality(IList<MediaTypeHeaderValue> ranges, string mediaType)
    {
        var (specificity, quality) = (0, 0.0);
        foreach (var range in ranges)
        {
            var (found, given) = (Specificity(range, mediaType), range.Quality ?? 1);
            if (found > specificity) (specificity, quality) = (found, given);
            else if (found > 0 && found == specificity) quality = Math.Max(quality, given);
        }

        return quality;
    }

    /// <summary>3 if the range is the exact type, 2 for its family, 1 for everything, 0 if it does not match.</summary>
    private static int Specificity(MediaTypeHeaderValue range, string mediaType)
    {
        if (range.MatchesAllTypes) return 1;
        if (range.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)) return 3;
        var isFamily = range.MatchesAllSubTypes
            || (range.MatchesAllSubTypesWithoutSuffix
            && mediaType.EndsWith('/' + range.Suffix.ToString(), StringComparison.OrdinalIgnoreCase));
        return isFamily && mediaType.StartsWith(range.Type + "/", StringComparison.OrdinalIgnoreCase) ? 2 : 0;
    }
}
