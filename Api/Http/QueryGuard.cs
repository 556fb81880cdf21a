using HealthApi.Api.Problems;
using HealthApi.Core.Validation;

namespace HealthApi.Api.Http;

/// <summary>The query parameters an endpoint knows; any other is a 422, so that a typing mistake never silently widens a result.</summary>
internal sealed record KnownQuery(IReadOnlyList<string> Names);

internal static class QueryGuard
{
    /// <summary>Names every query parameter that the endpoint knows. Endpoints that do not call this know none.</summary>
    public static TBuilder WithQuery<TBuilder>(this TBuilder builder, params string[] names)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new KnownQuery(names));

    public static Problem? Check(HttpContext context)
    {
        if (context.Request.Query.Count == 0 || context.GetEndpoint()?.Metadata is not { } metadata || metadata.GetMetadata<AnyQuery>() is not null) return null;
        var known = metadata.GetMetadata<KnownQuery>()?.Names ?? [];
        var unknown = context.Request.Query.Where(pair => !known.Contains(pair.Key)).Select(pair => Unknown(pair.Key, known)).ToList();
        var repeated = context.Request.Query.Where(pair => known.Contains(pair.Key) && pair.Value.Count > 1)
            .Select(pair => new FieldError("?" + pair.Key, ErrorCodes.Duplicate, "Give the parameter once."));
        return unknown.Count > 0 || repeated.Any() ? Problem.Invalid([.. unknown, .. repeated]) : null;
    }

    private static FieldError Unknown(string name, IReadOnlyList<string> known) =>
        new("?" + name, ErrorCodes.Unknown, known.Count == 0 ? "This route takes no query parameters." : $"Known here: {string.Join(", ", known)}.");
}

/// <summary>Marks endpoints that take any query, such as the documentation pages.</summary>
internal sealed record AnyQuery;
