using System.Text.Json;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>Asserts that JSON values match schemas of <c>openapi.yaml</c>.</summary>
internal static class SchemaAssert
{
    private static readonly SchemaChecker Requests = new(OpenApiFile.At, closed: false), Answers = new(OpenApiFile.At, closed: true);

    /// <summary>Checks a request; it may have members that the schema does not mention, unless the schema forbids them.</summary>
    public static void Request(JsonElement schema, JsonElement value, string what) => Empty(Requests.Check(schema, value), what, value);

    /// <summary>Checks a response; it may have no member that the schema does not mention.</summary>
    public static void Answer(JsonElement schema, JsonElement value, string what) => Empty(Answers.Check(schema, value), what, value);

    private static void Empty(IReadOnlyList<string> errors, string what, JsonElement value) =>
        Assert.That(errors, Is.Empty, $"{what}: {string.Join("\n", errors)}\n{value}");
}
