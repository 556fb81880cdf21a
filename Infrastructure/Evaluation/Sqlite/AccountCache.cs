namespace HealthApi.Infrastructure.Evaluation.Sqlite;

/// <summary>
/// Caches accounts as the last transactions left them, so that a busy account is not read and decoded for each transaction. Correctness
/// does not depend on it: an account is used only if its version is the stored one. An account that is taken is removed from the cache
/// until it is added again, so that no two transactions change the same object.
/// </summary>
internal sealed class AccountCache : IAccountCache
{
    /// <summary>Bytes of encoded figures in one of the two generations; in memory they take about ten times as much.</summary>
    private const int Room = 2 * 1024 * 1024;

    private readonly Lock _lock = new();
    private Dictionary<string, AccountRecord> _young = new(StringComparer.Ordinal), _old = new(StringComparer.Ordinal);
    private int _held;

    /// <summary>Whether the account is cached, at any version.</summary>
    public bool Holds(string accountId)
    {
        lock (_lock) return _young.ContainsKey(accountId) || _old.ContainsKey(accountId);
    }

    /// <summary>Removes the account from the cache and returns it if it has the stored version and creation time; otherwise null.</summary>
    public AccountRecord? Take(string accountId, long version, DateTimeOffset createdAt)
    {
        lock (_lock)
        {
            var found = _young.Remove(accountId, out var record) || _old.Remove(accountId, out record);
            return found && record!.Version == version && record.CreatedAt == createdAt ? record : null;
        }
    }

    /// <summary>Also drops accounts that were not used for a long time.</summary>
    public void Add(IReadOnlyList<AccountChange> changes)
    {
        lock (_lock)
        {
            foreach (var change in changes) Add(change);
        }
    }

    /// <summary>Removes an account that was erased, because a new account with the same id may reach the same version.</summary>
    public void Remove(string accountId)
    {
        lock (_lock)
        {
            _young.Remove(accountId);
            _old.Remove(accountId);
        }
    }

    private void Add(AccountChange change)
    {
        if (_held > Room) (_old, _young, _held) = (_young, new(StringComparer.Ordinal), 0);
        _held += change.Figures.Length;
        _young[change.Before.Account.Id] = change.After();
    }
}
