using System.Text.Json;
using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.OpenApi;

/// <summary>Whatever becomes a type or a method of a generated client has a name in the document.</summary>
internal sealed partial class OpenApiNameTests
{
    private static readonly string[] Unions = ["oneOf", "anyOf"];

    private static IEnumerable<OpenApiOperation> Operations => OpenApiFile.Operations;

    /// <summary>The schemas of the document with their paths. Examples are none, and conditions make no types.</summary>
    private static IEnumerable<(string Path, JsonElement Schema)> Schemas => OpenApiFile.Walk(OpenApiFile.Document).Where(
        node => node.Element.ValueKind == JsonValueKind.Object && !Aside().IsMatch(node.Path));

    [Test]
    public void A_union_is_a_component()
    {
        var inline = from node in Schemas
                     from union in Unions
                     where node.Schema.TryGetProperty(union, out var branches) && branches.ValueKind == JsonValueKind.Array
                         && branches.EnumerateArray().Count(branch => !IsNull(branch)) > 1 && !Component().IsMatch(node.Path)
                     select $"{node.Path}/{union}";
        Assert.That(inline, Is.Empty, "only a schema that may also be null needs no name");
    }

    [Test]
    public void An_object_is_a_component_or_a_part_of_one()
    {
        var inline = from node in Schemas
                     where node.Schema.TryGetProperty("properties", out var members) && members.ValueKind == JsonValueKind.Object
                         && node.Schema.TryGetProperty("type", out var type) && type.ToString().Contains("object", StringComparison.Ordinal)
                         && !PartOfComponent().IsMatch(node.Path)
                     select node.Path;
        Assert.That(inline, Is.Empty, "generators number the types of unnamed objects");
    }

    [Test]
    public void Words_are_a_component_or_a_member_of_one()
    {
        var inline = from node in Schemas
                     where node.Schema.TryGetProperty("enum", out var words) && words.ValueKind == JsonValueKind.Array
                         && !PartOfComponent().IsMatch(node.Path) && !MemberOfComponent().IsMatch(node.Path)
                     select node.Path;
        Assert.That(inline, Is.Empty, "generators number the enums of parameters and lists");
    }

    [Test]
    public void Words_that_are_named_are_all_named()
    {
        foreach (var (path, schema) in Schemas)
        {
            if (schema.TryGetProperty("x-enumNames", out var names))
            {
                using (Assert.EnterMultipleScope())
                {
                    var listed = names.EnumerateArray().Select(name => name.GetString()!).ToList();
                    Assert.That(listed, Has.Count.EqualTo(schema.GetProperty("enum").GetArrayLength()).And.Unique, path);
                    Assert.That(listed, Has.All.Matches(TypeName().ToString()), path);
                }
            }
        }
    }

    [Test]
    public void Components_are_named_as_types() =>
        Assert.That(OpenApiFile.Schemas.EnumerateObject().Select(schema => schema.Name), Has.All.Matches(TypeName().ToString()));

    [TestCaseSource(nameof(Operations))]
    public void An_operation_is_named_as_a_method_and_takes_its_ids_first(OpenApiOperation operation)
    {
        Assert.That(operation.Id, Does.Match(MethodName().ToString()));
        Assert.That(
            operation.Parameters.Select(parameter => parameter.GetProperty("in").GetString() == "path"), Is.Ordered.Descending,
            "generators keep the order of parameters");
        Assert.That(OpenApiFile.Document.GetProperty("paths").GetProperty(operation.Path).TryGetProperty("parameters", out _), Is.False,
            "parameters of a path come after the body in generated methods");
    }

    private static bool IsNull(JsonElement schema) =>
        schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() == "null";

    [GeneratedRegex("/(examples?|if|then|else|not)(/|$)")]
    private static partial Regex Aside();

    [GeneratedRegex("^#/components/schemas/[^/]+$")]
    private static partial Regex Component();

    [GeneratedRegex(@"^#/components/schemas/[^/]+(/allOf/\d+)?$")]
    private static partial Regex PartOfComponent();

    [GeneratedRegex(@"^#/components/schemas/[^/]+(/allOf/\d+)?/properties/[^/]+$")]
    private static partial Regex MemberOfComponent();

    [GeneratedRegex("^([A-Z][a-z]+)+$")]
    private static partial Regex TypeName();

    [GeneratedRegex("^[a-z]+([A-Z][a-z]+)*$")]
    private static partial Regex MethodName();
}
