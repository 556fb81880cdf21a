using HealthApi.Core.Webhooks;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Webhooks;

internal sealed class WebhookSecretTests
{
    [TestCase(24)]
    [TestCase(25)]
    [TestCase(26)]
    [TestCase(64)]
    public void A_secret_of_24_to_64_bytes_reads_back_unchanged(int bytes)
    {
        var text = "whsec_" + Convert.ToBase64String(new byte[bytes]);

        Assert.That(WebhookSecret.TryParse(text)?.Reveal(), Is.EqualTo(text));
    }

    [TestCase(0)]
    [TestCase(23)]
    [TestCase(65)]
    [TestCase(1000)]
    public void Any_other_length_is_refused(int bytes) =>
        Assert.That(WebhookSecret.TryParse("whsec_" + Convert.ToBase64String(new byte[bytes])), Is.Null);

    [TestCase(null)]
    [TestCase("")]
    [TestCase("whsec_")]
    [TestCase("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [TestCase("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [TestCase("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_")]
    [TestCase("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS")]
    public void A_text_that_is_no_secret_is_refused(string? text) => Assert.That(WebhookSecret.TryParse(text), Is.Null);

    [Test]
    public void A_secret_is_redacted_when_it_is_printed() =>
        Assert.That($"{WebhookSecret.TryParse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")}", Is.EqualTo("whsec_…"));
}
