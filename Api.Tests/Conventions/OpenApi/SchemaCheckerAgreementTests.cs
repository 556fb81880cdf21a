using System.Text.Json;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.OpenApi;

/// <summary>Our schema checker and JsonSchema.Net give the same verdict on every example of the document, unchanged and damaged.</summary>
internal sealed class SchemaCheckerAgreementTests
{
    /// <summary>Replacement values that both libraries read as the same number or text.</summary>
    private static readonly string[] Values =
        ["null", "true", "0", "-1", "1.5", "\"\"", "\"x\"", "[]", "{}", "\"2026-11-20T09:30:00Z\"", "\"2026-11-20\""];

    private const int Places = 40;

    private static readonly SchemaChecker Ours = new(OpenApiFile.At, closed: false);

    private static IEnumerable<OpenApiOperation> Operations => [.. OpenApiFile.Operations, .. OpenApiFile.Webhooks];

    [TestCaseSource(nameof(Operations))]
    public void Both_checkers_agree_on_valid_and_damaged_examples(OpenApiOperation operation)
    {
        foreach (var (schema, example) in Examples(operation))
        {
            Assert.That(StockSchemas.Fits(schema, example), Is.True, $"{operation}: {example}");
            foreach (var value in Damaged(example))
            {
                var errors = Ours.Check(schema, value);
                Assert.That(
                    StockSchemas.Fits(schema, value), Is.EqualTo(errors.Count == 0),
                    $"{operation}: {value}\nours: {string.Join("\n", errors)}");
            }
        }
    }

    private static IEnumerable<(JsonElement Schema, JsonElement Example)> Examples(OpenApiOperation operation) =>
        from content in operation.Bodies.Concat(operation.Responses.SelectMany(response => Contents(OpenApiFile.Resolve(response.Value))))
        where content.Value.TryGetProperty("examples", out _)
        from example in content.Value.GetProperty("examples").EnumerateObject()
        select (content.Value.GetProperty("schema"), example.Value.GetProperty("value"));

    private static JsonElement.ObjectEnumerator Contents(JsonElement response) =>
        response.TryGetProperty("content", out var content) ? content.EnumerateObject() : default;

    /// <summary>Copies of the example with one value replaced or one member left out.</summary>
    private static IEnumerable<JsonElement> Damaged(JsonElement example)
    {
        for (var place = 0; place < Places; place++)
        {
            var kind = place % 4 == 0 ? MutationKind.Delete : MutationKind.Replace;
            var text = JsonMutation.Apply(example.GetRawText(), [new JsonMutation(kind, place, Values[place % Values.Length])]);
            if (Parse(text) is { } value) yield return value;
        }
    }

    private static JsonElement? Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
