using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.OpenApi;

/// <summary>Every example in the document matches its schema.</summary>
internal sealed class OpenApiExampleTests
{
    private static IEnumerable<OpenApiOperation> Operations => [.. OpenApiFile.Operations, .. OpenApiFile.Webhooks];

    [TestCaseSource(nameof(Operations))]
    public void Examples_of_requests_match_their_schema(OpenApiOperation operation)
    {
        foreach (var body in operation.Bodies)
        {
            foreach (var (name, value) in Examples(body.Value))
                SchemaAssert.Request(body.Value.GetProperty("schema"), value, $"{operation} {body.Name} {name}");
        }
    }

    [TestCaseSource(nameof(Operations))]
    public void Examples_of_responses_match_their_schema(OpenApiOperation operation)
    {
        foreach (var response in operation.Responses)
        {
            foreach (var content in Contents(OpenApiFile.Resolve(response.Value)))
            {
                foreach (var (name, value) in Examples(content.Value))
                    SchemaAssert.Answer(content.Value.GetProperty("schema"), value, $"{operation} {response.Name} {name}");
            }
        }
    }

    [TestCaseSource(nameof(Operations))]
    public void Examples_of_parameters_match_their_schema(OpenApiOperation operation)
    {
        foreach (var parameter in operation.Parameters)
        {
            if (parameter.TryGetProperty("example", out var example))
                SchemaAssert.Request(parameter.GetProperty("schema"), example, $"{operation} {parameter.GetProperty("name")}");
        }
    }

    private static JsonElement.ObjectEnumerator Contents(JsonElement response) =>
        response.TryGetProperty("content", out var content) ? content.EnumerateObject() : default;

    private static IEnumerable<(string Name, JsonElement Value)> Examples(JsonElement media) =>
        media.TryGetProperty("examples", out var examples)
        ? examples.EnumerateObject().Select(example => (example.Name, example.Value.GetProperty("value")))
        : [];
}
