using System.Net.Http.Headers;
using System.Text.Json;

namespace HealthApi.Api.Tests.Support;

/// <summary>Callers of the service other than the administrator.</summary>
internal static class Callers
{
    /// <summary>Creates a key with these scopes; returns what the service shows of it, with its secret.</summary>
    public static Task<JsonElement> CreateKeyAsync(this TestService service, string name, params string[] scopes) =>
        service.PostAsync("/v1/keys", new { name, scopes });

    /// <summary>A client that authenticates with a key as the service has shown it.</summary>
    public static HttpClient CallerWith(this TestService service, JsonElement key)
    {
        var client = new HttpClient { BaseAddress = service.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = BearerOf(key);
        return client;
    }

    /// <summary>The header with a key's secret.</summary>
    public static AuthenticationHeaderValue BearerOf(JsonElement key) => new("Bearer", key.GetProperty("secret").GetString());
}
