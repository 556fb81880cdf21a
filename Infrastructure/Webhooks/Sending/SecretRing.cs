using System.Security.Cryptography;
using System.Text.Json;
using HealthApi.Core.Primitives;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Secrets;

namespace HealthApi.Infrastructure.Webhooks.Sending;

/// <summary>The secrets of a subscription: the newest first, then the secrets that it replaced, each until it expires.</summary>
internal sealed record SecretRing(IReadOnlyList<SecretRing.Entry> Entries)
{
    /// <summary>How long a replaced secret signs beside the new one.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    private const int SecretBytes = 32;

    public static SecretRing Of(WebhookSecret secret) => new([new Entry(secret.Reveal(), null)]);

    public static WebhookSecret Generate() => new(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>Opens the secrets; null where no key of the vault opens them.</summary>
    public static SecretRing? TryOpen(SecretVault vault, string subscriptionId, string sealedText) =>
        vault.TryOpen(subscriptionId, sealedText) is { } text ? new SecretRing(JsonSerializer.Deserialize<Entry[]>(text)!) : null;

    public string Seal(SecretVault vault, string subscriptionId) =>
        vault.Seal(SealedColumns.Subscriptions, subscriptionId, JsonSerializer.Serialize(Entries));

    /// <summary>Makes the secret the newest; the previous one keeps signing for <see cref="Overlap"/>.</summary>
    public SecretRing Rotate(WebhookSecret secret, DateTimeOffset now)
    {
        var expiresAt = (now + Overlap).ToMicroseconds();
        var kept = Entries.Where(entry => entry.IsValid(now)).Select(entry => entry with { ExpiresAt = entry.ExpiresAt ?? expiresAt });
        return new SecretRing([new Entry(secret.Reveal(), null), .. kept]);
    }

    /// <summary>The secrets to sign with at this instant.</summary>
    public IReadOnlyList<WebhookSecret> ValidAt(DateTimeOffset now) =>
        [.. Entries.Where(entry => entry.IsValid(now)).Select(entry => WebhookSecret.TryParse(entry.Secret)!)];

    internal sealed record Entry(string Secret, long? ExpiresAt)
    {
        public bool IsValid(DateTimeOffset now) => ExpiresAt is null || ExpiresAt > now.ToMicroseconds();

        public override string ToString() => "secret";
    }
}
