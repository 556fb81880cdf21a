using HealthApi.Api.Problems;
using Microsoft.Net.Http.Headers;

namespace HealthApi.Api.Http;

/// <summary>The media types an endpoint answers with, the preferred first; in kind, where the body's own type decides which of them it is.</summary>
internal sealed record AnswerTypes(IReadOnlyList<string> MediaTypes, bool InKind)
{
    public IReadOnlyList<string> For(HttpRequest request) =>
        InKind && MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && MediaTypes.FirstOrDefault(known => type.MediaType.Equals(known, StringComparison.OrdinalIgnoreCase)) is { } same
            ? [same]
            : MediaTypes;
}

internal static class AnswerTypeExtensions
{
    /// <summary>Names the media types the endpoint answers with. Endpoints that do not call this answer with JSON.</summary>
    public static TBuilder Answering<TBuilder>(this TBuilder builder, params string[] mediaTypes)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AnswerTypes(mediaTypes, InKind: false));

    /// <summary>The same, where the answer has the media type of the body.</summary>
    public static TBuilder AnsweringInKind<TBuilder>(this TBuilder builder, params string[] mediaTypes)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AnswerTypes(mediaTypes, InKind: true));
}

/// <summary>Refuses what <c>Accept</c> cannot be answered, before anything is done. Problems come whatever it says.</summary>
internal sealed class AcceptMiddleware(RequestDelegate next)
{
    private static readonly AnswerTypes Json = new([MediaTypes.Json], InKind: false);

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.Accept.Count == 0 || context.GetEndpoint() is not RouteEndpoint endpoint) return next(context);
        var offered = (endpoint.Metadata.GetMetadata<AnswerTypes>() ?? Json).For(context.Request);
        return Accepts.Best(context.Request, offered) is not null
            ? next(context)
            : new Problem(ProblemType.NotAcceptable, $"This answers with {string.Join(" or ", offered)}; Accept allows none of it.").ExecuteAsync(context);
    }
}
