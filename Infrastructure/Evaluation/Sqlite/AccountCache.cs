namespace HealthApi.Infrastructure.Evaluation.Sqlite;

/// <summary>
/// Accounts as the last transactions left them, so that one that is busy is not read and decoded again for each. Nothing rests on it: an
/// account is taken only at the version that the store has, and what is taken is gone from here until it is kept again, so that nobody else
/// changes it.
/// </summary>
internal sealed class AccountCache
{
    /// <summary>Encoded figures in a generation; in memory they take about ten times as much.</summary>
    private const int Room = 2 * 1024 * 1024;

    private readonly Lock _lock = new();
    private Dictionary<string, AccountRecord> _young = new(StringComparer.Ordinal), _old = new(StringComparer.Ordinal);
    private int _held;

    /// <summary>Whether it is worth asking the store for the account's version.</summary>
    public bool Holds(string accountId)
    {
        lock (_lock) return _young.ContainsKey(accountId) || _old.ContainsKey(accountId);
    }

    /// <summary>The account, if it is here as the store has it.</summary>
    public AccountRecord? Take(string accountId, long version, DateTimeOffset createdAt)
    {
        lock (_lock)
        {
            var found = _young.Remove(accountId, out var record) || _old.Remove(accountId, out record);
            return found && record!.Version == version && record.CreatedAt == createdAt ? record : null;
        }
    }

    /// <summary>Keeps accounts as committed changes have left them; those that were not used for long make room.</summary>
    public void Keep(IReadOnlyList<AccountChange> changes)
    {
        lock (_lock)
        {
            foreach (var change in changes) Keep(change);
        }
    }

    /// <summary>Forgets an account that was erased: another of the same id may reach the same version.</summary>
    public void Forget(string accountId)
    {
        lock (_lock)
        {
            _young.Remove(accountId);
            _old.Remove(accountId);
        }
    }

    private void Keep(AccountChange change)
    {
        if (_held > Room) (_old, _young, _held) = (_young, new(StringComparer.Ordinal), 0);
        _held += change.Figures.Length;
        _young[change.Before.Account.Id] = change.After();
    }
}
