namespace HealthApi.Api.Security;

/// <summary>The scopes of an endpoint; a key needs one of them.</summary>
internal sealed record RequiredScope(IReadOnlyList<string> AnyOf);

internal static class ScopeExtensions
{
    /// <summary>Requires a key: 401 without a valid one, 403 if the key has none of the scopes.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, params string[] anyOf)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequiredScope(anyOf));
}
