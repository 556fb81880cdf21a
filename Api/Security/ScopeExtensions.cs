using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Security;

/// <summary>The scope a key must carry to call an endpoint.</summary>
internal sealed record RequiredScope(string Scope);

internal static class ScopeExtensions
{
    private static readonly object KeyItem = new();

    /// <summary>401 without a good key, 403 without the scope.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequiredScope(scope));

    /// <summary>The key that the request was made with; only on endpoints that require a scope.</summary>
    public static ApiKey Key(this HttpContext context) => (ApiKey)context.Items[KeyItem]!;

    /// <summary>The same, or null where the endpoint requires no scope.</summary>
    public static ApiKey? FindKey(this HttpContext context) => context.Items.TryGetValue(KeyItem, out var key) ? (ApiKey?)key : null;

    public static void SetKey(this HttpContext context, ApiKey key) => context.Items[KeyItem] = key;
}
