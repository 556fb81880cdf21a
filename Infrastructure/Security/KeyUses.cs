using System.Collections.Concurrent;

namespace HealthApi.Infrastructure.Security;

/// <summary>
/// When keys were last used, as this process has seen it and not written yet. Noting a use costs a request one look into a table.
/// </summary>
public sealed class KeyUses
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _unwritten = new(StringComparer.Ordinal);

    public void Note(string keyId, DateTimeOffset at) => _unwritten[keyId] = at;

    /// <summary>The uses that are not written yet.</summary>
    internal IReadOnlyCollection<KeyValuePair<string, DateTimeOffset>> Unwritten => [.. _unwritten];

    /// <summary>These are written; keys that were used again since stay.</summary>
    internal void Written(IEnumerable<KeyValuePair<string, DateTimeOffset>> uses)
    {
        foreach (var use in uses) _unwritten.TryRemove(use);
    }
}
