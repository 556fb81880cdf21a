using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HealthApi.Infrastructure.Secrets;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>
/// The secrets that an integration shares with its vendor: the newest first, then the replaced ones until they expire.
/// </summary>
internal sealed record SharedSecrets(IReadOnlyList<SharedSecrets.Entry> Entries)
{
    /// <summary>How long a replaced secret is accepted beside the new one.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    public static SharedSecrets Of(string? secret) => new(secret is null ? [] : [new Entry(secret, null)]);

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Decrypts the secrets; null where no key of the vault can open them.</summary>
    public static SharedSecrets? TryOpen(SecretVault vault, string integrationId, string sealedText) =>
        vault.TryOpen(integrationId, sealedText) is { } text ? new SharedSecrets(JsonSerializer.Deserialize<Entry[]>(text)!) : null;

    public string Seal(SecretVault vault, string integrationId) =>
        vault.Seal(SealedColumns.Integrations, integrationId, JsonSerializer.Serialize(Entries));

    /// <summary>Adds a new secret; the previous one stays valid for <see cref="Overlap"/>.</summary>
    public SharedSecrets Rotate(string secret, DateTimeOffset now)
    {
        var kept = Entries.Where(entry => entry.IsValid(now) && entry.Secret != secret)
            .Select(entry => entry with { ExpiresAt = entry.ExpiresAt ?? now + Overlap });
        return new SharedSecrets([new Entry(secret, null), .. kept]);
    }

    public IReadOnlyList<string> ValidAt(DateTimeOffset now) =>
        [.. Entries.Where(entry => entry.IsValid(now)).Select(entry => entry.Secret)];

    internal sealed record Entry(string Secret, DateTimeOffset? ExpiresAt)
    {
        public bool IsValid(DateTimeOffset now) => ExpiresAt is null || ExpiresAt > now;

        public override string ToString() => "secret";
    }
}
