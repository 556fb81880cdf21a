using HealthApi.Api.Problems;
using Microsoft.Net.Http.Headers;

namespace HealthApi.Api.Http;

/// <summary>
/// The media types an endpoint answers with, the preferred first; in kind, where the body's own type decides which of them it is.
/// </summary>
internal sealed record AnswerTypes(IReadOnlyList<string> MediaTypes, bool InKind)
{
    public static readonly AnswerTypes Json = new([Http.MediaTypes.Json], InKind: false);

    /// <summary>The endpoint checks by itself.</summary>
    public static readonly AnswerTypes Unchecked = new([], InKind: false);

    public IReadOnlyList<string> For(HttpRequest request) =>
        InKind && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && MediaTypes.FirstOrDefault(known => type.MediaType.Equals(known, StringComparison.OrdinalIgnoreCase)) is { } same
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

    /// <summary>For endpoints that check Accept themselves, since they do more about a refusal than to answer it.</summary>
    public static TBuilder CheckingAccept<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(AnswerTypes.Unchecked);
}

/// <summary>Refuses what <c>Accept</c> cannot be answered, before anything is done. Problems come whatever it says.</summary>
internal sealed class AcceptMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.Accept.Count == 0 || context.GetEndpoint() is not RouteEndpoint endpoint) return next(context);
        return Refusal(context.Request, endpoint.Metadata.GetMetadata<AnswerTypes>() ?? AnswerTypes.Json) is { } problem
            ? problem.ExecuteAsync(context) : next(context);
    }

    /// <summary>A 406 where the request accepts none of the types.</summary>
    public static Problem? Refusal(HttpRequest request, AnswerTypes types)
    {
        if (types == AnswerTypes.Unchecked) return null;
        var offered = types.For(request);
        return Accepts.Best(request, offered) is not null
            ? null
            : new Problem(ProblemType.NotAcceptable, $"This answers with {string.Join(" or ", offered)}; Accept allows none of it.");
    }
}
