using HealthApi.Api.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Http;

internal sealed class PercentEncodingTests
{
    [TestCase("", "")]
    [TestCase("acme", "acme")]
    [TestCase("a%2Fb", "a/b")]
    [TestCase("a%2fb", "a/b")]
    [TestCase("100%25", "100%")]
    [TestCase("%2525", "%25")]
    [TestCase("Z%C3%BCrich", "Zürich")]
    [TestCase("Zürich%21", "Zürich!")]
    public void A_text_is_decoded_once(string text, string decoded) => Assert.That(PercentEncoding.Decode(text), Is.EqualTo(decoded));

    [TestCase("%")]
    [TestCase("a%2")]
    [TestCase("%zz")]
    [TestCase("%+1")]
    [TestCase("%C3")]
    [TestCase("%ED%A0%80")]
    public void A_text_that_is_not_percent_encoded_UTF_8_is_refused(string text) => Assert.That(PercentEncoding.Decode(text), Is.Null);

    [Test]
    public void Half_of_a_surrogate_pair_is_refused() => Assert.That(PercentEncoding.Decode('\uD800' + "%20"), Is.Null);
}
