using System.Globalization;
using HealthApi.Api.Limits;
using HealthApi.Api.Problems;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Events;

/// <summary>
/// The handshake with which a sender of CloudEvents asks whether it may deliver here (CloudEvents HTTP webhooks 1.0.2 §4). Every origin
/// may, at the rate limit of one API key. The handshake needs no key, because it authorizes nothing; deliveries need one. The permission is
/// given in the answer, so a callback URL of the sender is never called.
/// </summary>
internal static class WebhookHandshake
{
    private const string Origin = "WebHook-Request-Origin", Rate = "WebHook-Request-Rate", AllowedOrigin = "WebHook-Allowed-Origin",
        AllowedRate = "WebHook-Allowed-Rate";

    private const int MaxOrigin = 253, SecondsPerMinute = 60;

    /// <summary>A request without an origin is not a handshake; it is answered 405.</summary>
    public static Results<Ok, Problem> Answer(HttpContext context, IOptions<LimitOptions> limits)
    {
        var (request, headers) = (context.Request.Headers, context.Response.Headers);
        headers.Allow = HttpMethods.Post;
        if (!request.TryGetValue(Origin, out var origins)) return new Problem(ProblemType.MethodNotAllowed);
        if (origins is not [{ } origin] || !IsOrigin(origin))
            return Unreadable($"{Origin} must be one DNS name, such as eventemitter.example.com.");
        if (Requested(request) is not { } requested) return Unreadable($"{Rate} must be a whole number of requests a minute from 1.");
        headers[AllowedOrigin] = origin;
        headers[AllowedRate] = Allowed(requested, limits.Value.RequestsPerSecond);
        return TypedResults.Ok();
    }

    private static string Allowed(long requested, double requestsPerSecond)
    {
        if (requestsPerSecond <= 0) return "*";
        var most = Math.Max(1, (long)(requestsPerSecond * SecondsPerMinute));
        return (requested == 0 ? most : Math.Min(most, requested)).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The requested rate per minute; 0 if none is requested, null if it is not a number from 1.</summary>
    private static long? Requested(IHeaderDictionary request)
    {
        if (!request.TryGetValue(Rate, out var texts)) return 0;
        return texts is [{ } text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate > 0 ? rate
            : null;
    }

    private static bool IsOrigin(string text) =>
        text.Length is > 0 and <= MaxOrigin
            && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_' or ':' or '*');

    private static Problem Unreadable(string detail) => new(ProblemType.InvalidRequest, detail);
}
