using System.Collections.Concurrent;

namespace HealthApi.Infrastructure.Security;

/// <summary>
/// The last use of each key that this process has seen and not stored yet. Noting a use costs a request one write to a dictionary.
/// </summary>
public sealed class KeyUses
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _unwritten = new(StringComparer.Ordinal);

    public void Note(string keyId, DateTimeOffset at) => _unwritten[keyId] = at;

    /// <summary>The uses that are not stored yet.</summary>
    internal IReadOnlyCollection<KeyValuePair<string, DateTimeOffset>> Unwritten => [.. _unwritten];

    /// <summary>Removes uses that were stored; a key that was used again since then stays.</summary>
    internal void Written(IEnumerable<KeyValuePair<string, DateTimeOffset>> uses)
    {
        foreach (var use in uses) _unwritten.TryRemove(use);
    }
}
