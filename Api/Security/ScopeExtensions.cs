using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Security;

/// <summary>The scopes of which a key must carry one to call an endpoint.</summary>
internal sealed record RequiredScope(IReadOnlyList<string> AnyOf);

internal static class ScopeExtensions
{
    private static readonly object KeyItem = new();

    /// <summary>401 without a good key, 403 where the key carries none of the scopes.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, params string[] anyOf)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequiredScope(anyOf));

    /// <summary>The key that the request was made with; only on endpoints that require a scope.</summary>
    public static ApiKey Key(this HttpContext context) => (ApiKey)context.Items[KeyItem]!;

    /// <summary>The same, or null where the endpoint requires no scope.</summary>
    public static ApiKey? FindKey(this HttpContext context) => context.Items.TryGetValue(KeyItem, out var key) ? (ApiKey?)key : null;

    public static void SetKey(this HttpContext context, ApiKey key) => context.Items[KeyItem] = key;
}
