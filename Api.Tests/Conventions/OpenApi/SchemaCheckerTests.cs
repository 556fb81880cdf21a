using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.OpenApi;

/// <summary>The schema checker, on which other tests rely, accepts valid values and finds errors.</summary>
internal sealed class SchemaCheckerTests
{
    private const string Named =
        """{"type":"object","required":["a"],"properties":{"a":{"type":["integer","null"],"minimum":1},"b":{"enum":["x",null]}}}""";

    [TestCase(Named, """{"a":1,"b":"x"}""", true)]
    [TestCase(Named, """{"a":null,"b":null}""", true)]
    [TestCase(Named, """{"b":"x"}""", false)]
    [TestCase(Named, """{"a":0}""", false)]
    [TestCase(Named, """{"a":1.5}""", false)]
    [TestCase(Named, """{"a":1,"b":"y"}""", false)]
    [TestCase(Named, """{"a":1,"c":1}""", false)]
    [TestCase(Named, """[]""", false)]
    [TestCase("""{"type":"object","additionalProperties":{"type":"number"}}""", """{"any":1}""", true)]
    [TestCase("""{"type":"object","additionalProperties":{"type":"number"}}""", """{"any":"1"}""", false)]
    [TestCase("""{"type":"object","additionalProperties":false}""", """{"any":"1"}""", false)]
    [TestCase("""{"type":"object","propertyNames":{"maxLength":1},"additionalProperties":true}""", """{"ab":1}""", false)]
    [TestCase(
        """{"allOf":[{"$ref":"named"},{"type":"object","required":["d"],"properties":{"d":{"const":5}}}]}""", """{"a":1,"d":5}""", true)]
    [TestCase(
        """{"allOf":[{"$ref":"named"},{"type":"object","required":["d"],"properties":{"d":{"const":5}}}]}""", """{"a":1,"d":5,"e":1}""",
        false)]
    [TestCase("""{"oneOf":[{"type":"string"},{"type":"string","maxLength":1}]}""", "\"ab\"", true)]
    [TestCase("""{"oneOf":[{"type":"string"},{"type":"string","maxLength":1}]}""", "\"a\"", false)]
    [TestCase("""{"anyOf":[{"type":"string"},{"type":"number"}]}""", "true", false)]
    [TestCase("""{"type":"array","minItems":1,"items":{"type":"string","format":"date-time"}}""", """["2026-11-20T09:30:00Z"]""", true)]
    [TestCase("""{"type":"array","minItems":1,"items":{"type":"string","format":"date-time"}}""", """["2026-11-20"]""", false)]
    [TestCase("""{"type":"array","minItems":1,"items":{"type":"string","format":"date-time"}}""", "[]", false)]
    [TestCase("""{"type":"string","pattern":"^a+$"}""", "\"ab\"", false)]
    [TestCase("""{"not":{"type":"string"},"x-enumNames":["A"]}""", "1", true)]
    [TestCase("""{"not":{"type":"string"}}""", "\"a\"", false)]
    [TestCase("""{"if":{"type":"string"},"then":{"maxLength":1},"else":{"minimum":2}}""", "\"a\"", true)]
    [TestCase("""{"if":{"type":"string"},"then":{"maxLength":1},"else":{"minimum":2}}""", "\"ab\"", false)]
    [TestCase("""{"if":{"type":"string"},"then":{"maxLength":1},"else":{"minimum":2}}""", "2", true)]
    [TestCase("""{"if":{"type":"string"},"then":{"maxLength":1},"else":{"minimum":2}}""", "1", false)]
    [TestCase("""{"allOf":[{"$ref":"named"},{"properties":{"d":{"const":5}}}],"if":{"required":["d"]},"then":{"properties":{"e":{}}}}""",
        """{"a":1,"d":5,"e":1}""", true)]
    [TestCase("""{"allOf":[{"$ref":"named"},{"properties":{"d":{"const":5}}}],"unevaluatedProperties":false}""", """{"a":1,"d":5}""", true)]
    [TestCase("""{"allOf":[{"$ref":"named"},{"properties":{"d":{"const":5}}}],"unevaluatedProperties":false}""", """{"a":1,"e":5}""", false)]
    public void The_checker_accepts_valid_values_and_refuses_invalid_ones(string schema, string value, bool good)
    {
        var checker = new SchemaChecker(_ => JsonElement.Parse(Named), closed: true);
        Assert.That(checker.Check(JsonElement.Parse(schema), JsonElement.Parse(value)), good ? Is.Empty : Is.Not.Empty);
    }

    [Test]
    public void The_checker_throws_on_keywords_that_it_does_not_know() => Assert.That(
        () => new SchemaChecker(_ => default, closed: true).Check(JsonElement.Parse("""{"multipleOf":2}"""), JsonElement.Parse("1")),
            Throws.InstanceOf<NotSupportedException>());
}
