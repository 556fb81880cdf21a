using System.Text.Json;
using HealthApi.Api.Problems;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.OpenApi;

/// <summary>Rules for every operation and schema of the document.</summary>
internal sealed class OpenApiStructureTests
{
    private static readonly HashSet<string> Open = ["data", "attributes"];

    private static IEnumerable<OpenApiOperation> Operations => OpenApiFile.Operations;

    [Test]
    public void References_resolve_and_components_are_used()
    {
        var references = OpenApiFile.Walk(OpenApiFile.Document).SelectMany(node => References(node.Element)).ToHashSet();
        foreach (var reference in references) Assert.That(() => OpenApiFile.At(reference), Throws.Nothing, reference);
        var components = OpenApiFile.Document.GetProperty("components").EnumerateObject().Where(kind => kind.Name != "securitySchemes")
            .SelectMany(kind => kind.Value.EnumerateObject().Select(component => $"#/components/{kind.Name}/{component.Name}"));

        Assert.That(components.Except(references), Is.Empty, "remove components that nothing references");
    }

    [Test]
    public void No_text_was_cut_at_a_comma() => Assert.That(
        OpenApiFile.Walk(OpenApiFile.Document).Select(node => node.Path).Where(path => path.Contains(' ') && !path.Contains("/examples/")),
        Is.Empty, "in YAML's flow style a text with a comma needs quotes");

    [Test]
    public void Operation_ids_are_unique() =>
        Assert.That(OpenApiFile.Operations.Concat(OpenApiFile.Webhooks).Select(operation => operation.Id), Is.Unique);

    [TestCaseSource(nameof(Operations))]
    public void An_operation_has_a_summary_one_tag_security_and_described_parameters(OpenApiOperation operation)
    {
        var tags = OpenApiFile.Document.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(operation.Json.GetProperty("summary").GetString(), Is.Not.Empty);
            Assert.That(tags, Does.Contain(operation.Json.GetProperty("tags").EnumerateArray().Single().GetString()));
            Assert.That(operation.Json.TryGetProperty("security", out _), "security is stated, even where it is empty");
            Assert.That(
                operation.Parameters.Where(parameter => parameter.GetProperty("in").GetString() == "path")
                    .Select(parameter => $"{{{parameter.GetProperty("name")}}}"),
                Is.EquivalentTo(operation.Path.Split('/').Where(segment => segment.StartsWith('{'))),
                    "every placeholder of the path is a parameter");
            Assert.That(operation.Parameters.Select(parameter => parameter.GetProperty("description").GetString()), Has.All.Not.Empty);
        }
    }

    [TestCaseSource(nameof(Operations))]
    public void An_operation_documents_its_error_responses(OpenApiOperation operation)
    {
        var statuses = operation.Responses.Select(response => response.Name).ToList();
        string[] always = [.. operation.Scopes.Count == 0 ? [] : (string[])["401", "403"], "422", "default"];
        string[] withBody = operation.Bodies.Any() ? ["400", "413", "415"] : [];
        string[] withId = operation.Path.Contains('{') && operation.Method != "PUT" && operation.Path != "/problems/{slug}" ? ["404"] : [];
        string[] withGuesses = operation.Json.GetProperty("tags")[0].GetString() == "Inbound" ? ["401", "429"] : [];
        Assert.That(statuses, Is.SupersetOf((string[])[.. always, .. withBody, .. withId, .. withGuesses]));
        Assert.That(statuses.Where(status => status.StartsWith('2')), Is.Not.Empty);
        foreach (var response in operation.Responses.Where(response => response.Name[0] is '4' or 'd'))
            IsProblem(OpenApiFile.Resolve(response.Value));
    }

    [TestCaseSource(nameof(Operations))]
    public void Requests_are_strict_and_have_examples(OpenApiOperation operation)
    {
        foreach (var body in operation.Bodies)
        {
            Assert.That(body.Value.GetProperty("examples").EnumerateObject(), Is.Not.Empty, body.Name);
            foreach (var (path, schema) in Objects(body.Value.GetProperty("schema"), "#", []).Where(node => !IsCondition(node.Path)))
            {
                Assert.That(
                    schema.TryGetProperty("additionalProperties", out _) || Open.Contains(path.Split('/')[^1])
                        || schema.TryGetProperty("discriminator", out _) || IsClosedByWhole(path),
                    $"{operation}: {path} must state additionalProperties");
            }
        }
    }

    private static bool IsCondition(string path) => path.EndsWith("/if", StringComparison.Ordinal);

    /// <summary>Whether it is a part of a schema that takes nothing but what its parts mention.</summary>
    private static bool IsClosedByWhole(string path) => path.Split("/allOf/") is [var whole, _]
        && OpenApiFile.At(whole).TryGetProperty("unevaluatedProperties", out _);

    private static void IsProblem(JsonElement response) => Assert.That(
        response.GetProperty("content").GetProperty(Problem.MediaType).GetProperty("schema").GetProperty("$ref").GetString(),
        Is.EqualTo("#/components/schemas/Problem"));

    /// <summary>The schemas of objects within a schema, through its references.</summary>
    private static IEnumerable<(string Path, JsonElement Schema)> Objects(JsonElement schema, string path, HashSet<string> seen)
    {
        foreach (var (inner, element) in OpenApiFile.Walk(schema, path).Where(node => node.Element.ValueKind == JsonValueKind.Object))
        {
            if (element.TryGetProperty("type", out var type) && type.ToString().Contains("object", StringComparison.Ordinal))
                yield return (inner, element);
            if (element.TryGetProperty("$ref", out var reference) && seen.Add(reference.GetString()!))
            {
                foreach (var further in Objects(OpenApiFile.Resolve(element), reference.GetString()!, seen))
                    yield return further;
            }
        }
    }

    /// <summary>What an object refers to: by <c>$ref</c>, or by the mapping of its discriminator.</summary>
    private static IEnumerable<string> References(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object) yield break;
        if (element.TryGetProperty("$ref", out var reference)) yield return reference.GetString()!;
        if (!element.TryGetProperty("discriminator", out var discriminator)) yield break;
        foreach (var pair in discriminator.GetProperty("mapping").EnumerateObject()) yield return pair.Value.GetString()!;
    }
}
