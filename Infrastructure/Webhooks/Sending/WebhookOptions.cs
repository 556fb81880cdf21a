using System.ComponentModel.DataAnnotations;
using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Webhooks.Sending;

/// <summary>Outbound webhooks. Section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions : IValidatableObject
{
    public const string Section = "Webhooks";

    private const int KeyBytes = 32;

    /// <summary>Permits receivers on loopback and private ranges, and plain http.</summary>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>The waits after failed attempts, <c>hours:minutes:seconds</c> separated by commas; each is taken ± 20 %.</summary>
    public string RetrySchedule { get; set; } = "00:00:05,00:05:00,00:30:00,02:00:00,05:00:00,10:00:00,14:00:00,20:00:00,24:00:00";

    /// <summary>Deadline over connecting, sending and reading the answer, 1 s to 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a claimed delivery is its dispatcher's: an attempt begun in time ends within it.</summary>
    internal TimeSpan Lease => Timeout + TimeSpan.FromSeconds(15);

    /// <summary>
    /// Base64 of the 32 bytes that signing secrets are encrypted with. Without it a key is generated at the first use into a file beside the
    /// database that only its owner can read.
    /// </summary>
    public string? EncryptionKey { get; set; }

    /// <summary>
    /// Keys that <see cref="EncryptionKey"/> replaces, base64 of 32 bytes each, separated by commas. They open what they have sealed; a worker seals
    /// it anew when it starts, and after that they can go.
    /// </summary>
    public string? PreviousEncryptionKeys { get; set; }

    /// <summary>
    /// Starts even where secrets in the store cannot be opened with these keys. Their deliveries wait and their inbound webhooks are answered 503, until a
    /// key opens them or they are rotated. For a key that is lost.
    /// </summary>
    public bool AllowUnreadableSecrets { get; set; }

    internal IReadOnlyList<byte[]> PreviousKeys() =>
        [.. (PreviousEncryptionKeys ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Convert.FromBase64String)];

    /// <summary><see cref="RetrySchedule"/>, parsed.</summary>
    public RetrySchedule Schedule() => Core.Webhooks.RetrySchedule.TryParse(RetrySchedule)!;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Core.Webhooks.RetrySchedule.TryParse(RetrySchedule) is null)
            yield return new ValidationResult("Webhooks:RetrySchedule is not a list of times such as 00:00:05,00:05:00,24:00:00.");
        if (EncryptionKey is { Length: > 0 } key && !IsKey(key)) yield return new ValidationResult("Webhooks:EncryptionKey is not the base64 of 32 bytes.");
        if (!(PreviousEncryptionKeys ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).All(IsKey))
            yield return new ValidationResult("Webhooks:PreviousEncryptionKeys is not a list of keys, each the base64 of 32 bytes, separated by commas.");
    }

    private static bool IsKey(string text) => Convert.TryFromBase64String(text, new byte[text.Length], out var length) && length == KeyBytes;
}
