using System.Security.Cryptography;
using HealthApi.Infrastructure.Secrets;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Secrets;

internal sealed class SecretVaultTests
{
    private static readonly byte[] Old = Key(1), New = Key(2);

    private readonly SecretVault _vault = new(New, [Old]);

    [FsCheck.NUnit.Property]
    public bool A_sealed_text_can_be_opened(FsCheck.NonNull<string> text)
    {
        var plain = new string([.. text.Get.Where(character => !char.IsSurrogate(character))]);
        return _vault.Open("wh_1", _vault.Seal(SealedColumns.Subscriptions, "wh_1", plain)) == plain;
    }

    [Test]
    public void A_replaced_key_opens_but_no_longer_seals()
    {
        var before = new SecretVault(Old).Seal(SealedColumns.Subscriptions, "wh_1", "secret");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_vault.Open("wh_1", before), Is.EqualTo("secret"));
            Assert.That(_vault.IsCurrent(before), Is.False);
            Assert.That(_vault.IsCurrent(_vault.Seal(SealedColumns.Subscriptions, "wh_1", "secret")), Is.True);
            Assert.That(
                () => new SecretVault(Old).Open("wh_1", _vault.Seal(SealedColumns.Subscriptions, "wh_1", "secret")),
                Throws.InstanceOf<CryptographicException>());
        }
    }

    [Test]
    public void The_same_text_is_sealed_differently_each_time() =>
        Assert.That(Enumerable.Range(0, 3).Select(_ => _vault.Seal(SealedColumns.Subscriptions, "wh_1", "secret")), Is.Unique);

    [Test]
    public void A_text_of_another_owner_does_not_open() =>
        Assert.That(
            () => _vault.Open("wh_2", _vault.Seal(SealedColumns.Subscriptions, "wh_1", "secret")),
            Throws.InstanceOf<CryptographicException>());

    [TestCase("")]
    [TestCase("secret")]
    [TestCase("v2.00000000.AAAA")]
    [TestCase("v1.00000000.AAAA", Description = "unknown key")]
    public void A_text_that_was_never_sealed_does_not_open(string text) =>
        Assert.That(() => _vault.Open("wh_1", text), Throws.InstanceOf<CryptographicException>());

    [Test]
    public void A_damaged_text_does_not_open()
    {
        var text = _vault.Seal(SealedColumns.Subscriptions, "wh_1", "secret");
        var dot = text.LastIndexOf('.');
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => _vault.Open("wh_1", text[..(dot + 1)] + "AAAA"), Throws.InstanceOf<CryptographicException>());
            Assert.That(() => _vault.Open("wh_1", text[..(dot + 1)] + "####"), Throws.InstanceOf<CryptographicException>());
            Assert.That(
                () => _vault.Open("wh_1", text.Replace(text[^10], text[^10] == 'A' ? 'B' : 'A')),
                Throws.InstanceOf<CryptographicException>());
        }
    }

    private static byte[] Key(byte value) => [.. Enumerable.Repeat(value, 32)];
}
