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
internal sealed class KeyRing(ApiKeyStore store, WrongKeys guesses, IOptions<AuthOptions> options, TimeProvider time)
{
    private const int MaxGood = 10_000, MaxWrong = 4_000;

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5), WrongFor = TimeSpan.FromMinutes(1),
        ListFreshness = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (ApiKey Key, long Since)> _good = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _wrong = new(StringComparer.Ordinal);
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
        if (_good.TryGetValue(secret, out var known) && time.GetElapsedTime(known.Since) < Freshness) return known.Key;
        var hash = ApiKeySecret.Hash(secret);
        if (_adminHash is not null && CryptographicOperations.FixedTimeEquals(hash, _adminHash)) return Keep(secret, _admin);
        if (!ApiKeySecret.IsWellFormed(secret)) return null;
        var name = Convert.ToHexString(hash);
        if (_wrong.TryGetValue(name, out var since) && time.GetElapsedTime(since) < WrongFor) return null;
        if (guesses.IsExhausted(address) && !(await _list.GetAsync(cancellation)).Contains(name)) return null;
        if (await store.FindAsync(hash, cancellation) is { } key) return Keep(secret, key);
        if (_wrong.Count >= MaxWrong) _wrong.Clear();
        _wrong[name] = time.GetTimestamp();
        return null;
    }

    /// <summary>Clears the cached keys of this process, so that the next requests query the store.</summary>
    public void Forget()
    {
        _good.Clear();
        _list.Forget();
    }

    private ApiKey Keep(string secret, ApiKey key)
    {
        if (_good.Count >= MaxGood) _good.Clear();
        _good[secret] = (key, time.GetTimestamp());
        return key;
    }
}
