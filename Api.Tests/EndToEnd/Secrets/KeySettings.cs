using System.Security.Cryptography;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;

namespace HealthApi.Api.Tests.EndToEnd.Secrets;

/// <summary>Settings with test encryption keys; each key is one byte, repeated 32 times.</summary>
internal static class KeySettings
{
    private const string AllSealed = """
        SELECT secrets FROM webhook_subscriptions UNION ALL SELECT secrets FROM integrations
        UNION ALL SELECT CAST(body AS varchar(8000)) FROM idempotency_keys WHERE body IS NOT NULL
        """;

    public static string Key(byte value) => Convert.ToBase64String([.. Enumerable.Repeat(value, 32)]);

    public static string[] Of(byte value) => [$"Webhooks:EncryptionKey={Key(value)}"];

    public static string Previous(params byte[] values) => $"Webhooks:PreviousEncryptionKeys={string.Join(", ", values.Select(Key))}";

    /// <summary>The prefix of every text that is sealed with the key.</summary>
    public static string Prefix(byte value) =>
        $"v1.{Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(Key(value))).AsSpan(0, 4))}.";

    /// <summary>Waits until everything is sealed with the key.</summary>
    public static Task ResealedAsync(TestStore store, byte value) => Eventually.GetAsync(
        () => store.QueryAsync<string>(AllSealed), texts => texts.All(text => text.StartsWith(Prefix(value), StringComparison.Ordinal)),
            $"everything is sealed with key {value}");
}
