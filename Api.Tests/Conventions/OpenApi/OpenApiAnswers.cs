using System.Text.Json;
using HealthApi.Api.Http;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.OpenApi;

/// <summary>Checks a response against the status, media type, headers and schema that its operation documents.</summary>
internal static class OpenApiAnswers
{
    private static readonly string[] Documentable =
        ["ETag", "Link", "Location", "Retry-After", "WWW-Authenticate", "Allow", "WebHook-Allowed-Origin", "WebHook-Allowed-Rate"];

    public static void Check(OpenApiOperation operation, HttpResponseMessage response, string body)
    {
        var status = ((int)response.StatusCode).ToString();
        var documented = operation.Responses.ToDictionary(candidate => candidate.Name, candidate => OpenApiFile.Resolve(candidate.Value));
        Assert.That(documented.ContainsKey(status) || documented.ContainsKey("default"), $"{operation} does not document {status}");
        var answer = documented.TryGetValue(status, out var exact) ? exact : documented["default"];
        CheckHeaders(operation, response, answer, exact: exact.ValueKind != JsonValueKind.Undefined);
        if (!answer.TryGetProperty("content", out var contents))
        {
            Assert.That(body, Is.Empty, $"{operation} {status}");
            return;
        }

        var mediaType = response.Content.Headers.ContentType!.MediaType!;
        Assert.That(contents.TryGetProperty(mediaType, out var content), $"{operation} {status} is {mediaType}: {body}");
        if (operation.Id == "getAccountExport" && mediaType == MediaTypes.NdJson) CheckKinds(operation, body);
        else CheckBody(content.GetProperty("schema"), mediaType, body, $"{operation} {status}");
    }

    /// <summary>The lines of an export have the members of their tables, so only their kinds are checked.</summary>
    private static void CheckKinds(OpenApiOperation operation, string body)
    {
        var documented = operation.Json.GetProperty("description").GetString()!;
        foreach (var line in body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)))
            Assert.That(documented, Does.Contain($"`{line.GetProperty("kind").GetString()}`"), $"{operation} documents every kind of line");
    }

    private static void CheckBody(JsonElement schema, string mediaType, string body, string what)
    {
        if (mediaType == MediaTypes.NdJson)
        {
            foreach (var line in body.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                SchemaAssert.Answer(OpenApiFile.Schemas.GetProperty("ScoreResult"), JsonElement.Parse(line), what);
            return;
        }

        var value = mediaType.EndsWith("json", StringComparison.Ordinal) ? JsonElement.Parse(body)
            : JsonSerializer.SerializeToElement(body);
        SchemaAssert.Answer(schema, value, what);
    }

    private static void CheckHeaders(OpenApiOperation operation, HttpResponseMessage response, JsonElement answer, bool exact)
    {
        var documented = answer.TryGetProperty("headers", out var headers)
            ? headers.EnumerateObject().Select(header => header.Name).ToList() : [];
        var sent = response.Headers.Concat(response.Content.Headers).Select(header => header.Key).Intersect(Documentable).ToList();
        Assert.That(documented, Is.SupersetOf(sent), $"{operation} {(int)response.StatusCode}: headers that are sent are documented");
        if (exact)
            Assert.That(sent, Is.SupersetOf(documented), $"{operation} {(int)response.StatusCode}: headers that are documented are sent");
    }
}
