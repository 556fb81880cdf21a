using HealthApi.Core.Input;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Input;

internal sealed class UnknownWordTests
{
    private static readonly string[] Colours = ["red", "green"];

    [Test]
    public void The_error_suggests_the_nearest_word_and_lists_all()
    {
        var error = UnknownWord.Error("/colour", "grene", "a colour", Colours);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Pointer, Is.EqualTo("/colour"));
            Assert.That(error.Code, Is.EqualTo(ErrorCodes.Unknown));
            Assert.That(error.Detail, Is.EqualTo("'grene' is not a colour; did you mean 'green'? One of red, green."));
        }
    }

    [Test]
    public void More_than_20_words_are_not_listed()
    {
        var words = Enumerable.Range(0, 21).Select(number => $"word{number}").ToList();
        Assert.That(UnknownWord.Error("/word", "word", "a word", words).Detail, Does.Not.Contain("One of"));
    }

    [Test]
    public void Without_known_words_nothing_is_suggested() =>
        Assert.That(UnknownWord.Error("/word", "x", "a word", []).Detail, Is.EqualTo("'x' is not a word."));

    [TestCase("blue", "'blue' is not a colour. One of red, *.")]
    [TestCase("rot", "'rot' is not a colour; did you mean 'red'? One of red, *.")]
    public void A_word_that_resembles_none_gets_no_suggestion(string given, string detail) =>
        Assert.That(UnknownWord.Error("", given, "a colour", ["red", "*"]).Detail, Is.EqualTo(detail));

    [Test]
    public void A_long_word_is_shortened_to_64_characters() =>
        Assert.That(UnknownWord.Detail(new string('x', 65), "a word", []), Is.EqualTo($"'{new string('x', 64)}…' is not a word."));
}
