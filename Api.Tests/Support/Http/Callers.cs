using System.Net.Http.Headers;
using System.Text.Json;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>Creates keys, and clients that use them instead of the admin key.</summary>
internal static class Callers
{
    /// <summary>Creates a key with these scopes; returns the service's answer, which contains the secret.</summary>
    public static Task<JsonElement> CreateKeyAsync(this TestService service, string name, params string[] scopes) =>
        service.PostAsync("/v1/keys", new { name, scopes });

    /// <summary>A client that authenticates with a key from <see cref="CreateKeyAsync"/>.</summary>
    public static HttpClient CallerWith(this TestService service, JsonElement key)
    {
        var client = new HttpClient { BaseAddress = service.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = BearerOf(key);
        return client;
    }

    /// <summary>The Authorization header with the key's secret.</summary>
    public static AuthenticationHeaderValue BearerOf(JsonElement key) => new("Bearer", key.GetProperty("secret").GetString());
}
