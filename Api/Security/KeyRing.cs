using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Security;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Security;

/// <summary>
/// Finds the key of a request. Known keys are cached for five seconds, so a revocation by another process takes effect within that time.
/// Unknown ones are cached for a minute, because an unknown text does not become a key later.
/// </summary>
internal sealed class KeyRing(ApiKeyStore store, WrongKeys wrongKeys, IOptions<AuthOptions> options, TimeProvider time)
{
    private const int MaxKnown = 10_000, MaxUnknown = 4_000;

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5), UnknownFreshness = TimeSpan.FromMinutes(1),
        ListFreshness = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (ApiKey Key, long Since)> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _unknown = new(StringComparer.Ordinal);
    private readonly byte[]? _adminHash = options.Value.AdminKey is { Length: > 0 } text ? ApiKeySecret.Hash(text) : null;
    private readonly ApiKey _admin = new("key_config", "admin", "config", [ApiScopes.Admin], DateTimeOffset.UnixEpoch, null);

    /// <summary>The hashes of all keys that are not revoked.</summary>
    private readonly Recent<HashSet<string>> _list = new(
        async () => [.. (await store.ListHashesAsync(CancellationToken.None)).Select(Convert.ToHexString)], ListFreshness, time);

    /// <summary>
    /// The key with this text, or null. For an address with too many wrong keys in the last minute, the text is looked up only if it is in
    /// the list of all keys, which is read at most once a second. Guesses then cost no query each, and valid keys still work.
    /// </summary>
    public async ValueTask<ApiKey?> FindAsync(string secret, IPAddress? address, CancellationToken cancellation)
    {
        if (_known.TryGetValue(secret, out var known) && time.GetElapsedTime(known.Since) < Freshness) return known.Key;
        var hash = ApiKeySecret.Hash(secret);
        if (_adminHash is not null && CryptographicOperations.FixedTimeEquals(hash, _adminHash)) return Cache(secret, _admin);
        if (!ApiKeySecret.IsWellFormed(secret)) return null;
        var name = Convert.ToHexString(hash);
        if (_unknown.TryGetValue(name, out var since) && time.GetElapsedTime(since) < UnknownFreshness) return null;
        if (wrongKeys.IsExhausted(address) && !(await _list.GetAsync(cancellation)).Contains(name)) return null;
        if (await store.FindAsync(hash, cancellation) is { } key) return Cache(secret, key);
        if (_unknown.Count >= MaxUnknown) _unknown.Clear();
        _unknown[name] = time.GetTimestamp();
        return null;
    }

    /// <summary>Clears the cached keys of this process, so that the next requests query the store.</summary>
    public void Forget()
    {
        _known.Clear();
        _list.Forget();
    }

    private ApiKey Cache(string secret, ApiKey key)
    {
        if (_known.Count >= MaxKnown) _known.Clear();
        _known[secret] = (key, time.GetTimestamp());
        return key;
    }
}
