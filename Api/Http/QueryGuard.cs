using HealthApi.Api.Problems;
using HealthApi.Core.Input;

namespace HealthApi.Api.Http;

/// <summary>
/// The query parameters that an endpoint knows. Any other is answered 422, so that a misspelled filter is not silently ignored.
/// </summary>
internal sealed record KnownQuery(IReadOnlyList<string> Names);

internal static class QueryGuard
{
    /// <summary>The only parameter that may be empty, because the first page has no cursor.</summary>
    private const string Cursor = "cursor";

    /// <summary>Sets the query parameters that the endpoint knows. Endpoints that do not call this know none.</summary>
    public static TBuilder WithQuery<TBuilder>(this TBuilder builder, params string[] names)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new KnownQuery(names));

    public static Problem? Check(HttpContext context)
    {
        if (context.Request.Query.Count == 0 || context.GetEndpoint()?.Metadata is not { } metadata
            || metadata.GetMetadata<AnyQuery>() is not null)
        {
            return null;
        }

        var known = metadata.GetMetadata<KnownQuery>()?.Names ?? [];
        var unknown = context.Request.Query.Where(pair => !known.Contains(pair.Key)).Select(pair => Unknown(pair.Key, known)).ToList();
        var repeated = context.Request.Query.Where(pair => known.Contains(pair.Key) && pair.Value.Count > 1)
            .Select(pair => new FieldError("?" + pair.Key, ErrorCodes.Duplicate, "Give the parameter once."));
        var empty = context.Request.Query.Where(pair => known.Contains(pair.Key) && pair.Key != Cursor && pair.Value is [null or ""])
            .Select(pair => Empty(pair.Key));
        List<FieldError> errors = [.. unknown, .. repeated, .. empty];
        return errors.Count > 0 ? Problem.Invalid(errors) : null;
    }

    private static FieldError Unknown(string name, IReadOnlyList<string> known) => known.Count == 0
        ? new FieldError("?" + name, ErrorCodes.Unknown, "This route takes no query parameters.")
        : UnknownWord.Error("?" + name, name, "a parameter of this route", known);

    private static FieldError Empty(string name) =>
        new("?" + name, ErrorCodes.Required, "Must not be empty; leave the parameter out instead.");
}

/// <summary>Marks endpoints that accept any query, such as the documentation pages.</summary>
internal sealed record AnyQuery;
