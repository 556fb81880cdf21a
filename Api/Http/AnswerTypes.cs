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
