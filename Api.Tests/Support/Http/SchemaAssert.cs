using System.Text.Json;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>Holds values to the schemas of <c>openapi.yaml</c>.</summary>
internal static class SchemaAssert
{
    private static readonly SchemaChecker Requests = new(OpenApiFile.At, closed: false), Answers = new(OpenApiFile.At, closed: true);

    /// <summary>A request: open where the schema says so.</summary>
    public static void Request(JsonElement schema, JsonElement value, string what) => Empty(Requests.Check(schema, value), what, value);

    /// <summary>An answer: nothing in it but what the schema mentions.</summary>
    public static void Answer(JsonElement schema, JsonElement value, string what) => Empty(Answers.Check(schema, value), what, value);

    private static void Empty(IReadOnlyList<string> errors, string what, JsonElement value) =>
        Assert.That(errors, Is.Empty, $"{what}: {string.Join("\n", errors)}\n{value}");
}
