using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;

namespace HealthApi.Api.Tests.Api.Scoring;

/// <summary>Posts bodies, written with single instead of double quotes, to <c>/v1/score</c>.</summary>
internal static class ScoringService
{
    public static Task<Answer> ScoreAsync(this TestService service, string body, string query = "", string mediaType = "application/json")
        => service.ScoreAsync(Encoding.UTF8.GetBytes(body.Replace('\'', '"')), query, mediaType);

    public static async Task<Answer> ScoreAsync(
        this TestService service, byte[] body, string query = "", string mediaType = "application/json", string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        using var response = await service.Client.PostAsync("/v1/score" + query, content);
        return new Answer(response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
    }
}

internal sealed record Answer(HttpStatusCode Status, string? MediaType, string Text)
{
    public JsonElement Json => JsonElement.Parse(Text);

    public IReadOnlyList<JsonElement> Lines =>
        [.. Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];

    /// <summary>Each error as <c>code at pointer</c>.</summary>
    public IEnumerable<string> Errors => Json.GetProperty("errors").EnumerateArray().Select(Place);

    public static string Place(JsonElement error) =>
        $"{error.GetProperty("code").GetString()} at {error.GetProperty("pointer").GetString()}";
}
