using System.Collections.Concurrent;
using System.Security.Cryptography;
using HealthApi.Infrastructure.Security;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Security;

/// <summary>
/// Finds the key of a request. Good keys are kept for five seconds, so a revocation made by another process takes at most that long; wrong ones for a
/// minute, since a text that is no key never becomes one.
/// </summary>
internal sealed class KeyRing(ApiKeyStore store, IOptions<AuthOptions> options, TimeProvider time) : IDisposable
{
    private const int MaxGood = 10_000, MaxWrong = 4_000;

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5), WrongFor = TimeSpan.FromMinutes(1), ListFreshness = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (ApiKey Key, long Since)> _good = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _wrong = new(StringComparer.Ordinal);
    private readonly byte[]? _adminHash = options.Value.AdminKey is { Length: > 0 } text ? ApiKeySecret.Hash(text) : null;
    private readonly ApiKey _admin = new("key_config", "admin", "config", [ApiScopes.Admin], DateTimeOffset.UnixEpoch, null);
    private readonly SemaphoreSlim _listing = new(1, 1);
    private KeyList? _list;

    /// <summary>The key with this text, or null.</summary>
    /// <param name="isGuessed">
    /// Whether the caller has named too many wrong keys of late. The text is then compared with a list of all keys, which is read once a second at most, and
    /// looked up only where it is in it: guesses cost the store nothing, and a good key works all the same.
    /// </param>
    public async ValueTask<ApiKey?> FindAsync(string secret, bool isGuessed, CancellationToken cancellation)
    {
        if (_good.TryGetValue(secret, out var known) && time.GetElapsedTime(known.Since) < Freshness) return known.Key;
        var hash = ApiKeySecret.Hash(secret);
        if (_adminHash is not null && CryptographicOperations.FixedTimeEquals(hash, _adminHash)) return Keep(secret, _admin);
        if (!ApiKeySecret.IsWellFormed(secret)) return null;
        var name = Convert.ToHexString(hash);
        if (_wrong.TryGetValue(name, out var since) && time.GetElapsedTime(since) < WrongFor) return null;
        if (isGuessed && !(await ListAsync(cancellation)).Contains(name)) return null;
        if (await store.FindAsync(hash, cancellation) is { } key) return Keep(secret, key);
        if (_wrong.Count >= MaxWrong) _wrong.Clear();
        _wrong[name] = time.GetTimestamp();
        return null;
    }

    /// <summary>Makes this process ask the store again.</summary>
    public void Forget()
    {
        _good.Clear();
        _list = null;
    }

    public void Dispose() => _listing.Dispose();

    private ApiKey Keep(string secret, ApiKey key)
    {
        if (_good.Count >= MaxGood) _good.Clear();
        _good[secret] = (key, time.GetTimestamp());
        return key;
    }

    private async ValueTask<HashSet<string>> ListAsync(CancellationToken cancellation)
    {
        await _listing.WaitAsync(cancellation);
        try
        {
            if (_list is not { } list || time.GetElapsedTime(list.Since) >= ListFreshness)
                _list = list = new KeyList([.. (await store.ListHashesAsync(cancellation)).Select(Convert.ToHexString)], time.GetTimestamp());
            return list.Hashes;
        }
        finally
        {
            _listing.Release();
        }
    }

    /// <summary>The hashes of all keys that are not revoked.</summary>
    private sealed record KeyList(HashSet<string> Hashes, long Since);
}
