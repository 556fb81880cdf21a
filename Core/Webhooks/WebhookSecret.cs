namespace HealthApi.Core.Webhooks;

/// <summary>
/// A symmetric signing secret of Standard Webhooks 1.0: <c>whsec_</c> and the base64 of 24 to 64 bytes. <see cref="ToString"/> hides it, so
/// that it does not get into a log; <see cref="Reveal"/> returns the text.
/// </summary>
public sealed class WebhookSecret
{
    public const string Prefix = "whsec_";

    public const int MinBytes = 24, MaxBytes = 64;

    private readonly byte[] _key;

    /// <exception cref="ArgumentException">The key does not have 24 to 64 bytes.</exception>
    public WebhookSecret(ReadOnlySpan<byte> key)
    {
        if (key.Length is < MinBytes or > MaxBytes)
            throw new ArgumentException($"A secret has {MinBytes} to {MaxBytes} bytes.", nameof(key));
        _key = key.ToArray();
    }

    public ReadOnlySpan<byte> Key => _key;

    /// <summary>Null unless the text is <c>whsec_</c> and the base64 of 24 to 64 bytes.</summary>
    public static WebhookSecret? TryParse(string? text)
    {
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        Span<byte> key = stackalloc byte[MaxBytes + 3];
        return Convert.TryFromBase64Chars(text.AsSpan(Prefix.Length), key, out var length) && length is >= MinBytes and <= MaxBytes
            ? new WebhookSecret(key[..length])
            : null;
    }

    /// <summary>The text, which is shown to the owner of the subscription once.</summary>
    public string Reveal() => Prefix + Convert.ToBase64String(_key);

    public override string ToString() => Prefix + "…";
}
