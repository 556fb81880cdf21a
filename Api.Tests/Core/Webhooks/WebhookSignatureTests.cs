using System.Text;
using HealthApi.Core.Webhooks;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Webhooks;

internal sealed class WebhookSignatureTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long Timestamp = 1614265330;
    private const string Good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private const string Wrong = "v1,AAAM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("{\"test\": 2432232314}");
    private static readonly DateTimeOffset SentAt = DateTimeOffset.FromUnixTimeSeconds(Timestamp);
    private static readonly WebhookSecret Secret = WebhookSecret.TryParse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!;

    [Test]
    public void A_signature_matches_the_published_csharp_vector() =>
        Assert.That(WebhookSignature.Sign([Secret], Id, Timestamp, Body), Is.EqualTo(Good));

    [Test]
    public void A_signature_matches_the_published_rust_vector() =>
        Assert.That(
            WebhookSignature.Sign(
                [WebhookSecret.TryParse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")!],
                "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
                1649367553,
                """{"email":"test@example.com","username":"test_user"}"""u8),
            Is.EqualTo("v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="));

    [TestCase(Good)]
    [TestCase($"{Wrong} v2,{"AAAA"} {Good}", Description = "One of three signatures is valid.")]
    [TestCase($"{Good} {Wrong}")]
    [TestCase($"v1a,xyz {Good}")]
    public void One_good_signature_is_enough(string header) =>
        Assert.That(WebhookSignature.Verify(Secret, Id, "1614265330", header, Body, SentAt), Is.True);

    [TestCase(null, "1614265330", Good)]
    [TestCase("", "1614265330", Good)]
    [TestCase(Id, null, Good)]
    [TestCase(Id, "soon", Good)]
    [TestCase(Id, "1614265331", Good, Description = "The signature is for another second.")]
    [TestCase(Id, "1614265330", null)]
    [TestCase(Id, "1614265330", "")]
    [TestCase(Id, "1614265330", "v1,")]
    [TestCase(Id, "1614265330", Wrong)]
    [TestCase(Id, "1614265330", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [TestCase(Id, "-9223372036854775808", Good)]
    [TestCase("msg_other", "1614265330", Good)]
    public void A_missing_or_wrong_header_fails(string? id, string? timestamp, string? signatures) =>
        Assert.That(WebhookSignature.Verify(Secret, id, timestamp, signatures, Body, SentAt), Is.False);

    [TestCase(-301, false)]
    [TestCase(-300, true)]
    [TestCase(300, true)]
    [TestCase(301, false)]
    public void The_clock_may_differ_by_five_minutes(int seconds, bool expected) =>
        Assert.That(WebhookSignature.Verify(Secret, Id, "1614265330", Good, Body, SentAt.AddSeconds(seconds)), Is.EqualTo(expected));

    [Test]
    public void A_changed_body_fails() =>
        Assert.That(WebhookSignature.Verify(Secret, Id, "1614265330", Good, "{\"test\":2432232314}"u8, SentAt), Is.False);

    [Test]
    public void During_a_rotation_a_message_verifies_with_either_secret()
    {
        var next = new WebhookSecret(Enumerable.Range(0, 32).Select(number => (byte)number).ToArray());
        var header = WebhookSignature.Sign([next, Secret], Id, Timestamp, Body);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(header.Split(' '), Has.Length.EqualTo(2).And.Some.EqualTo(Good));
            Assert.That(WebhookSignature.Verify(Secret, Id, "1614265330", header, Body, SentAt), Is.True);
            Assert.That(WebhookSignature.Verify(next, Id, "1614265330", header, Body, SentAt), Is.True);
        }
    }

    [FsCheck.NUnit.Property]
    public bool A_signed_body_verifies(byte[] body, uint timestamp) =>
        WebhookSignature.Verify(
            Secret, Id, timestamp.ToString(), WebhookSignature.Sign([Secret], Id, timestamp, body), body,
            DateTimeOffset.FromUnixTimeSeconds(timestamp));
}
