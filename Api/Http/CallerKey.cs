using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Http;

/// <summary>The API key of a request.</summary>
internal static class CallerKey
{
    private static readonly object KeyItem = new();

    /// <summary>The key; only on endpoints that require a scope.</summary>
    public static ApiKey Key(this HttpContext context) => (ApiKey)context.Items[KeyItem]!;

    /// <summary>The key, or null if the endpoint requires no scope.</summary>
    public static ApiKey? FindKey(this HttpContext context) => context.Items.TryGetValue(KeyItem, out var key) ? (ApiKey?)key : null;

    public static void SetKey(this HttpContext context, ApiKey key) => context.Items[KeyItem] = key;
}
