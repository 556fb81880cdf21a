using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Events;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Events;

/// <summary>The data of an event is stored without the white space between its tokens and is otherwise unchanged.</summary>
internal sealed class JsonTextTests
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, NewLine = "\r\n", IndentCharacter = '\t', IndentSize = 1 };

    [FsCheck.NUnit.Property(QuietOnSuccess = true)]
    public bool Only_white_space_between_tokens_is_removed(string name, string text, int number)
    {
        var value = new JsonObject
        {
            ["a " + name] = new JsonArray(text, "\" \\", number, new JsonObject(), " "),
            ["b"] = new JsonObject { ["\\"] = text, ["empty"] = new JsonArray() },
        };
        var minified = JsonText.Minify(Encoding.UTF8.GetBytes(value.ToJsonString(Indented)));
        return Encoding.UTF8.GetString(minified) == value.ToJsonString();
    }

    [TestCase("", "{}")]
    [TestCase("{ }", "{}")]
    [TestCase("{\"a\": \"\"}", "{\"a\":\"\"}")]
    [TestCase("{\"a\" : 1.500 , \"b\":\"\\u0041 \\\\\" }", "{\"a\":1.500,\"b\":\"\\u0041 \\\\\"}")]
    public void Numbers_and_escapes_keep_their_spelling_and_empty_data_becomes_an_empty_object(string json, string expected) =>
        Assert.That(Encoding.UTF8.GetString(JsonText.Minify(Encoding.UTF8.GetBytes(json))), Is.EqualTo(expected));
}
