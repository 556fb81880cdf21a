using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;

namespace HealthApi.Api.Tests.Api.Explaining;

/// <summary>Steps and readers that the tests of explanations share.</summary>
internal static class ExplainingRig
{
    public static async Task IngestAsync(this TestService service, params object[] events)
    {
        await service.PostAsync("/v1/events", events);
        await service.SettledAsync();
    }

    public static object Event(string id, string type, DateTimeOffset at, object? data = null, string account = "acme") =>
        new { id, type, accountId = account, occurredAt = at, data = data ?? new { } };

    public static Task<JsonElement> HealthAsync(this TestService service, string query = "", string account = "acme") =>
        service.GetAsync($"/v1/accounts/{account}/health{query}");

    public static string At(DateTimeOffset at) => Uri.EscapeDataString(at.ToString("O"));

    public static double? Score(this JsonElement element) =>
        element.GetProperty("score") is { ValueKind: JsonValueKind.Number } score ? score.GetDouble() : null;

    public static string? Text(this JsonElement element, string name) => element.GetProperty(name).GetString();

    public static IReadOnlyList<JsonElement> Data(this JsonElement element, string name = "data") =>
        [.. element.GetProperty(name).EnumerateArray()];

    public static async Task<(int Status, JsonElement Problem)> RefusedAsync(
        this TestService service, HttpMethod method, string path, object? body = null)
    {
        using var request =
            new HttpRequestMessage(method, path) { Content = body is null ? null : System.Net.Http.Json.JsonContent.Create(body) };
        using var response = await service.Client.SendAsync(request);
        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()));
    }

    /// <summary>The pointers of a problem's errors.</summary>
    public static IEnumerable<string?> Pointers(this JsonElement problem) => problem.Data("errors").Select(error => error.Text("pointer"));
}
