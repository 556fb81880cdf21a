using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Core.Input;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.OpenApi;

/// <summary>
/// The pattern of identifiers in openapi.yaml says what the service accepts, except that it permits <c>.</c> and <c>..</c>.
/// </summary>
internal sealed class OpenApiIdentifierTests
{
    private static readonly char[] Borders =
        [' ', 'a', '~', '\u007f', '\u009f', '\u00ad', 'é', '\u200b', '\u2028', '\ufeff', '\ud83d', '\ude00'];

    [TestCase("Identifier")]
    [TestCase("OptionalIdentifier")]
    public void The_pattern_permits_every_character_that_the_service_accepts_and_no_other(string schema)
    {
        var pattern = Pattern(schema);
        for (var character = char.MinValue; character < char.MaxValue; character++)
        {
            var id = $"a{character}b";
            Assert.That(pattern.IsMatch(id), Is.EqualTo(Identifiers.Check("", id) is null), $"U+{(int)character:X4}");
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 500, QuietOnSuccess = true)]
    public void The_pattern_agrees_at_the_ends_too(byte[] picks)
    {
        var id = new string([.. picks.Take(Identifiers.MaxLength).Select(pick => Borders[pick % Borders.Length])]);
        Assert.That(Pattern("Identifier").IsMatch(id), Is.EqualTo(Identifiers.Check("", id) is null), $"'{id}'");
    }

    private static Regex Pattern(string schema) =>
        new(OpenApiFile.Schemas.GetProperty(schema).GetProperty("pattern").GetString()!);
}
