using HealthApi.Api.Problems;
using HealthApi.Core.Events.CloudEvents;
using Microsoft.Net.Http.Headers;

namespace HealthApi.Api.Http;

/// <summary>Checks Content-Type and Content-Encoding before the body is read.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string NdJson = "application/x-ndjson";
    public const string CloudEvent = "application/cloudevents+json";
    public const string CloudEventBatch = "application/cloudevents-batch+json";
    public const string MergePatch = "application/merge-patch+json";

    /// <summary>The media type, if it is allowed and in UTF-8; otherwise a 415.</summary>
    public static Outcome<string> Check(HttpRequest request, params ReadOnlySpan<string> allowed)
    {
        if (request.ContentType == Json && allowed.Contains(Json)) return Json;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
            return new Problem(ProblemType.MediaType, $"Content-Type is missing or unreadable; send {allowed[0]}.");
        var name = type.MediaType.Value!.ToLowerInvariant();
        if (!allowed.Contains(name))
        {
            return new Problem(
                ProblemType.MediaType, $"Content-Type '{name}' is not accepted here; send {string.Join(" or ", allowed.ToArray())}.");
        }

        return CheckCharset(type) is { } problem ? problem : name;
    }

    /// <summary>The media type, if it is any JSON type and in UTF-8; otherwise a 415.</summary>
    public static Outcome<string> CheckJson(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !JsonMediaType.Is(type.MediaType.Value!))
            return new Problem(ProblemType.MediaType, "Content-Type is missing, unreadable or not a JSON type; send application/json.");
        return CheckCharset(type) is { } problem ? problem : type.MediaType.Value!.ToLowerInvariant();
    }

    /// <summary>The content encoding: <c>gzip</c>, <c>br</c>, or empty for none. A 415 for any other.</summary>
    public static Outcome<string> Encoding(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        return encoding is "" or "identity" or "gzip" or "br"
            ? encoding is "identity" ? "" : encoding
            : new Problem(ProblemType.MediaType, $"Content-Encoding '{encoding}' is not accepted; send gzip, br or none.");
    }

    private static Problem? CheckCharset(MediaTypeHeaderValue type)
    {
        var charset = type.Charset.Value?.Trim('"');
        return charset is { Length: > 0 } && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? new Problem(ProblemType.MediaType, "Only UTF-8 is accepted.") : null;
    }
}
