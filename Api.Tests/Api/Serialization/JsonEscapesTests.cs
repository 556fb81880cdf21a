using System.Text;
using System.Text.Json;
using HealthApi.Api.Serialization;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Serialization;

/// <summary>The check for half surrogate pairs agrees with <c>Utf8JsonReader.GetString</c>, which throws on them.</summary>
internal sealed class JsonEscapesTests
{
    [TestCase("")]
    [TestCase("plain")]
    [TestCase("\\u0022\\n\\\\")]
    [TestCase("\\ud83d\\ude00")]
    [TestCase("x\\uD83D\\uDE00y\\uD83D\\uDE00")]
    [TestCase("\\ud83d")]
    [TestCase("\\ud83d\\n")]
    [TestCase("\\ud83dx\\ude00")]
    [TestCase("\\ud83d\\ud83d\\ude00")]
    [TestCase("\\ude00")]
    [TestCase("\\ude00\\ud83d")]
    [TestCase("\\\\ud83d")]
    [TestCase("\\\\\\ud83d")]
    [TestCase("\\ud83d\\\\ude00")]
    public void Half_a_surrogate_pair_is_found_exactly_when_the_reader_throws(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Assert.That(JsonEscapes.HoldHalfPair(utf8), Is.EqualTo(!IsText([(byte)'"', .. utf8, (byte)'"'])));
    }

    private static bool IsText(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
