namespace HealthApi.Infrastructure.Evaluation;

/// <summary>Caches accounts between transactions, where that is faster than loading them again.</summary>
public interface IAccountCache
{
    /// <summary>
    /// Adds accounts in the state after their changes; call it when the changes are committed. After that the caller must not use the
    /// changes, nor the accounts that were loaded for them.
    /// </summary>
    void Add(IReadOnlyList<AccountChange> changes);

    /// <summary>Removes an account. Call it in the transaction that erases the account.</summary>
    void Remove(string accountId);
}
