using System.Collections.Concurrent;
using System.Security.Cryptography;
using HealthApi.Infrastructure.Security;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Security;

/// <summary>Finds the key of a request. Answers are kept for five seconds, so a revocation made by another process takes at most that long.</summary>
internal sealed class KeyRing(ApiKeyStore store, IOptions<AuthOptions> options, TimeProvider time)
{
    private const int MaxCached = 10_000;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (ApiKey? Key, long Since)> _cache = new(StringComparer.Ordinal);
    private readonly byte[]? _adminHash = options.Value.AdminKey is { Length: > 0 } text ? ApiKeySecret.Hash(text) : null;
    private readonly ApiKey _admin = new("key_config", "admin", "config", [ApiScopes.Admin], DateTimeOffset.UnixEpoch, null);

    public async ValueTask<ApiKey?> FindAsync(string secret, CancellationToken cancellation)
    {
        if (_cache.TryGetValue(secret, out var known) && time.GetElapsedTime(known.Since) < Freshness) return known.Key;
        var hash = ApiKeySecret.Hash(secret);
        var key = _adminHash is not null && CryptographicOperations.FixedTimeEquals(hash, _adminHash)
            ? _admin
            : await store.FindAsync(hash, cancellation);
        if (_cache.Count >= MaxCached) _cache.Clear();
        if (key is not null) _cache[secret] = (key, time.GetTimestamp());
        return key;
    }

    /// <summary>Makes this process ask the store again.</summary>
    public void Forget() => _cache.Clear();
}
