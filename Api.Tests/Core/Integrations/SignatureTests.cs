using System.Text;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Core.Integrations;
using HealthApi.Core.Integrations.Generic;
using HealthApi.Core.Integrations.Signatures;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Integrations;

internal sealed class SignatureTests
{
    private const string Body = """{"id":"evt_1"}""", Secret = "whsec_test", Old = "whsec_old";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private static string Good => Vendors.Hex(Secret, $"1700000000.{Body}");

    [TestCase(0, SignatureVerdict.Good)]
    [TestCase(300, SignatureVerdict.Good)]
    [TestCase(-300, SignatureVerdict.Good)]
    [TestCase(301, SignatureVerdict.Stale)]
    [TestCase(-301, SignatureVerdict.Stale)]
    public void A_Stripe_signature_is_accepted_within_five_minutes_of_its_timestamp(int seconds, SignatureVerdict expected) =>
        Assert.That(Stripe($"t=1700000000,v1={Good}", now: Now.AddSeconds(seconds)), Is.EqualTo(expected));

    [Test]
    public void A_Stripe_header_needs_one_valid_v1_signature_over_timestamp_and_body()
    {
        var wrong = Vendors.Hex("another", $"1700000000.{Body}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stripe($"t=1700000000,v1={wrong},v1={Good},v0=x"), Is.EqualTo(SignatureVerdict.Good), "one of several is enough");
            Assert.That(
                Stripe($"t=1700000000,v1={Vendors.Hex(Old, $"1700000000.{Body}")}"), Is.EqualTo(SignatureVerdict.Good),
                "the previous secret is accepted too");
            Assert.That(Stripe($"t=1700000000,v1={wrong}"), Is.EqualTo(SignatureVerdict.Wrong));
            Assert.That(Stripe($"t=1700000001,v1={Good}"), Is.EqualTo(SignatureVerdict.Wrong), "the signature covers the timestamp");
            Assert.That(Stripe($"t=1700000000,v0={Good}"), Is.EqualTo(SignatureVerdict.Malformed), "schemes other than v1 are ignored");
            Assert.That(Stripe($"v1={Good}"), Is.EqualTo(SignatureVerdict.Malformed));
            Assert.That(Stripe("t=1700000000,v1=xyz"), Is.EqualTo(SignatureVerdict.Malformed));
            Assert.That(Stripe(null), Is.EqualTo(SignatureVerdict.Missing));
        }
    }

    /// <summary>The test vectors of HubSpot's own Python and Ruby libraries.</summary>
    [TestCase("1693657560000", "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=")]
    [TestCase("1700000300000", "RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=")]
    public void A_HubSpot_signature_matches_the_published_vectors(string timestamp, string signature)
    {
        var request = Request(
            "{'example_field':'example_value'}", "https://www.example.com/webhook_uri", ("X-HubSpot-Signature-v3", signature),
            ("X-HubSpot-Request-Timestamp", timestamp));
        var at = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(timestamp));
        const string client = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                VendorSignatures.Check(Vendor.Hubspot, null, [client], request, at.AddMinutes(5)), Is.EqualTo(SignatureVerdict.Good));
            Assert.That(
                VendorSignatures.Check(Vendor.Hubspot, null, [client], request, at.AddMilliseconds(300_001)),
                Is.EqualTo(SignatureVerdict.Stale));
            Assert.That(
                VendorSignatures.Check(Vendor.Hubspot, null, [client], request with { Url = "http://www.example.com/webhook_uri" }, at),
                Is.EqualTo(SignatureVerdict.Wrong));
        }
    }

    [Test]
    public void A_HubSpot_signature_covers_the_URL_with_some_characters_decoded()
    {
        var signature = Vendors.Base64(Secret, "POSThttps://example.com/in/1?src=hs:app/v3&x=(a)[]1700000000000");
        var request = Request(
            "[]", "https://example.com/in/1?src=hs%3Aapp%2Fv3&x=%28a%29", ("X-HubSpot-Signature-v3", signature),
            ("X-HubSpot-Request-Timestamp", "1700000000000"));
        Assert.That(VendorSignatures.Check(Vendor.Hubspot, null, [Secret], request, Now), Is.EqualTo(SignatureVerdict.Good));
    }

    [Test]
    public void Without_a_secret_no_signature_is_accepted()
    {
        foreach (var vendor in Enum.GetValues<Vendor>())
        {
            Assert.That(
                VendorSignatures.Check(vendor, null, [], Request(Body, "https://x/", ("Stripe-Signature", $"t=1700000000,v1={Good}")), Now),
                Is.EqualTo(SignatureVerdict.Missing), vendor.ToString());
        }
    }

    [TestCase("Bearer whsec_test", SignatureVerdict.Good)]
    [TestCase("Basic d2hzZWNfdGVzdDo=", SignatureVerdict.Good)]
    [TestCase("Basic dXNlcjp3aHNlY190ZXN0", SignatureVerdict.Good)]
    [TestCase("Bearer whsec_", SignatureVerdict.Wrong)]
    [TestCase("Basic !!!", SignatureVerdict.Missing)]
    [TestCase("Digest whsec_test", SignatureVerdict.Missing)]
    public void A_shared_token_is_accepted_as_bearer_token_or_in_basic_credentials(string authorization, SignatureVerdict expected)
    {
        var request = Request(Body, "https://x/", ("Authorization", authorization));
        Assert.That(VendorSignatures.Check(Vendor.Generic, new GenericAuth(), [Secret], request, Now), Is.EqualTo(expected));
        Assert.That(VendorSignatures.Check(Vendor.Delighted, null, [Secret], request, Now), Is.EqualTo(expected));
    }

    [Test]
    public void A_generic_signature_is_checked_as_its_settings_describe()
    {
        var auth = new GenericAuth
        {
            Type = GenericAuthType.Hmac,
            Header = "X-Sign",
            Encoding = SignatureEncoding.Base64,
            Prefix = "v1=",
            TimestampHeader = "X-Time",
            Signed = "{timestamp}:{body}!",
        };
        var request =
            Request(Body, "https://x/", ("X-Sign", "v1=" + Vendors.Base64(Secret, $"1700000000:{Body}!")), ("X-Time", "1700000000"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(VendorSignatures.Check(Vendor.Generic, auth, [Secret], request, Now), Is.EqualTo(SignatureVerdict.Good));
            Assert.That(
                VendorSignatures.Check(Vendor.Generic, auth, [Secret], request, Now.AddSeconds(301)), Is.EqualTo(SignatureVerdict.Stale));
            Assert.That(VendorSignatures.Check(Vendor.Generic, auth, ["other"], request, Now), Is.EqualTo(SignatureVerdict.Wrong));
        }
    }

    private static SignatureVerdict Stripe(string? header, DateTimeOffset? now = null) =>
        VendorSignatures.Check(
            Vendor.Stripe, null, [Secret, Old], header is null ? Request(Body, "https://x/")
            : Request(Body, "https://x/", ("Stripe-Signature", header)), now ?? Now);

    private static InboundRequest Request(string body, string url, params (string Name, string Value)[] headers) => new(
        "POST", url, name => headers.Where(header => header.Name == name).Select(header => header.Value).FirstOrDefault(),
            Encoding.UTF8.GetBytes(body));
}
