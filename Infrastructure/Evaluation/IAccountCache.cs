namespace HealthApi.Infrastructure.Evaluation;

/// <summary>Caches accounts between transactions, where that is faster than loading them again.</summary>
public interface IAccountCache
{
    /// <summary>
    /// Adds accounts as committed changes have left them. The caller must not use the changes, nor the accounts that were loaded for them,
    /// after that.
    /// </summary>
    void Keep(IReadOnlyList<AccountChange> changes);

    /// <summary>Removes an account. Call it in the transaction that erases the account.</summary>
    void Forget(string accountId);
}
