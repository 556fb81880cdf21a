namespace HealthApi.Api.Security;

/// <summary>The scopes of which a key must carry one to call an endpoint.</summary>
internal sealed record RequiredScope(IReadOnlyList<string> AnyOf);

internal static class ScopeExtensions
{
    /// <summary>401 without a good key, 403 where the key carries none of the scopes.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, params string[] anyOf)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequiredScope(anyOf));
}
