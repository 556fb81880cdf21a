using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>Sends bodies that a test writes as text, and reads answers as JSON.</summary>
internal static class TestRequests
{
    public static StringContent Text(string body, string contentType = "application/json") =>
        new(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(contentType));

    public static async Task<HttpResponseMessage> PostTextAsync(
        this TestService service, string path, string body, string contentType = "application/json")
    {
        using var content = Text(body, contentType);
        return await service.Client.PostAsync(path, content);
    }

    public static async Task<JsonElement> ReadJsonAsync(this HttpResponseMessage response) =>
        JsonElement.Parse(await response.Content.ReadAsStringAsync());
}
