using HealthApi.Api.Problems;
using Microsoft.Net.Http.Headers;

namespace HealthApi.Api.Http;

/// <summary>
/// The media types that an endpoint answers with, the preferred one first. With <see cref="InKind"/> the answer has the media type of the
/// request's body.
/// </summary>
internal sealed record AnswerTypes(IReadOnlyList<string> MediaTypes, bool InKind)
{
    public static readonly AnswerTypes Json = new([Http.MediaTypes.Json], InKind: false);

    /// <summary>The endpoint checks <c>Accept</c> itself.</summary>
    public static readonly AnswerTypes Unchecked = new([], InKind: false);

    public IReadOnlyList<string> For(HttpRequest request) =>
        InKind && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && MediaTypes.FirstOrDefault(known => type.MediaType.Equals(known, StringComparison.OrdinalIgnoreCase)) is { } same
            ? [same]
            : MediaTypes;
}

internal static class AnswerTypeExtensions
{
    /// <summary>Sets the media types that the endpoint answers with. Endpoints that do not call this answer with JSON.</summary>
    public static TBuilder Answering<TBuilder>(this TBuilder builder, params string[] mediaTypes)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AnswerTypes(mediaTypes, InKind: false));

    /// <summary>As <see cref="Answering{TBuilder}"/>, for an answer that has the media type of the request's body.</summary>
    public static TBuilder AnsweringInKind<TBuilder>(this TBuilder builder, params string[] mediaTypes)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AnswerTypes(mediaTypes, InKind: true));

    /// <summary>For endpoints that check <c>Accept</c> themselves, because they also record a refusal.</summary>
    public static TBuilder CheckingAccept<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(AnswerTypes.Unchecked);
}

/// <summary>
/// Answers 406 if <c>Accept</c> allows no media type of the endpoint, before the request has any effect. Problems are sent whatever
/// <c>Accept</c> says.
/// </summary>
internal sealed class AcceptMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.Accept.Count == 0 || context.GetEndpoint() is not RouteEndpoint endpoint) return next(context);
        return Refusal(context.Request, endpoint.Metadata.GetMetadata<AnswerTypes>() ?? AnswerTypes.Json) is { } problem
            ? problem.ExecuteAsync(context) : next(context);
    }

    /// <summary>A 406 if the request accepts none of the types; otherwise null.</summary>
    public static Problem? Refusal(HttpRequest request, AnswerTypes types)
    {
        if (types == AnswerTypes.Unchecked) return null;
        var offered = types.For(request);
        return Accepts.Best(request, offered) is not null
            ? null
            : new Problem(ProblemType.NotAcceptable, $"The answer is {string.Join(" or ", offered)}, which Accept does not allow.");
    }
}
