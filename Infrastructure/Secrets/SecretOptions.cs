using System.ComponentModel.DataAnnotations;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>
/// The keys that encrypt stored secrets. They are settings of the section <c>Webhooks</c>, because signing secrets of webhooks were the
/// first such secrets.
/// </summary>
public sealed class SecretOptions : IValidatableObject
{
    public const string Section = "Webhooks";

    /// <summary>
    /// Base64 of the 32 bytes that encrypt stored secrets. Without it, a key is generated at the first use into a file beside the database
    /// that only its owner can read.
    /// </summary>
    public string? EncryptionKey { get; set; }

    /// <summary>
    /// Keys that <see cref="EncryptionKey"/> has replaced, base64 of 32 bytes each, separated by commas. They open the texts that they have
    /// sealed. A worker seals these texts with the new key when it starts; after that the previous keys can be removed.
    /// </summary>
    public string? PreviousEncryptionKeys { get; set; }

    /// <summary>
    /// Starts even though stored secrets cannot be opened with these keys; meant for the case that a key is lost. Their deliveries wait and
    /// their inbound webhooks are answered 503 until a key opens the secrets or they are rotated.
    /// </summary>
    public bool AllowUnreadableSecrets { get; set; }

    internal IReadOnlyList<byte[]> PreviousKeys() =>
        [.. PreviousTexts.Select(Convert.FromBase64String)];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (EncryptionKey is { Length: > 0 } key && !IsKey(key))
            yield return new ValidationResult("Webhooks:EncryptionKey is not the base64 of 32 bytes.");
        if (!PreviousTexts.All(IsKey))
        {
            yield return new ValidationResult(
                "Webhooks:PreviousEncryptionKeys is not a list of keys, each the base64 of 32 bytes, separated by commas.");
        }
    }

    private string[] PreviousTexts =>
        (PreviousEncryptionKeys ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsKey(string text) =>
        Convert.TryFromBase64String(text, new byte[text.Length], out var length) && length == KeyFile.KeyBytes;
}
